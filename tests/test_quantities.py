"""Which quantities a sentence states: what the grammar reads, as examples and as laws."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsfacts.recognize import quantities
from newsfacts.recognize.quantities import find_quantities

README = Path(quantities.__file__).with_name("README.md")


def money(span, value, unit="USD", qualifier="exact", *equivalents):
    return (span, value, unit, "money", qualifier, list(equivalents))


def percent(span, value, qualifier="exact"):
    return (span, value, "percent", "percent", qualifier, [])


def points(span, value, qualifier="exact"):
    return (span, value, "percentage_point", "percentage_point", qualifier, [])


def count(span, value, qualifier="exact", kind="count"):
    return (span, value, "count", kind, qualifier, [])


def aside(span, value, unit, kind, qualifier="exact"):
    return (span, value, unit, kind, qualifier, [])


def measure(span, value, unit, qualifier="exact"):
    return (span, value, unit, "measure", qualifier, [])


def index(span, value, qualifier="exact"):
    return (span, value, "point", "index_point", qualifier, [])


MONEY = [
    ("The plant cost 141.79 billion yuan to build.", [money("141.79 billion yuan", 141_790_000_000, "CNY")]),
    ("The brewer went for $1.13bn.", [money("$1.13bn", 1_130_000_000)]),
    ("The canal town's ferries took £600m.", [money("£600m", 600_000_000, "GBP")]),
    ("The bakery chain raised RMB 26.8 billion.", [money("RMB 26.8 billion", 26_800_000_000, "CNY")]),
    ("Growers were lent RMB26.8bn.", [money("RMB26.8bn", 26_800_000_000, "CNY")]),
    ("Exports earned USD 4.5 million.", [money("USD 4.5 million", 4_500_000)]),
    ("The mill was sold for US$3m.", [money("US$3m", 3_000_000)]),
    ("The quarry is on offer for C$75 million.", [money("C$75 million", 75_000_000, "CAD")]),
    # a dollar is that of the country in headline and dateline, or the one that the article's other signs leave over
    ("TORONTO - A Canadian quarry is on offer for $75 million.", [money("$75 million", 75_000_000, "CAD")]),
    ("A Canadian quarry in Ontario cost C$75 million and owes $9m.",
     [money("C$75 million", 75_000_000, "CAD"), money("$9m", 9_000_000)]),
    ("A Fijian quarry near Sydney, Australia, owes $9m or pays £2m.",
     [money("$9m", 9_000_000), money("£2m", 2_000_000, "GBP")]),
    ("The quarry near Toronto owes $9m to the US, and US$2m to America.",
     [money("$9m", 9_000_000, "CAD"), money("US$2m", 2_000_000)]),
    ("Orchid growers get NT$2 billion.", [money("NT$2 billion", 2_000_000_000, "TWD")]),
    ("A ticket is 40 euros.", [money("40 euros", 40, "EUR")]),
    ("The toll is 45p.", [money("45p", 0.45, "GBP")]),
    ("Postage went to 65 cents.", [money("65 cents", 0.65)]),
    ("The tram line took 2.5 crore rupees.", [money("2.5 crore rupees", 25_000_000, "INR")]),
    ("Rs 45,000 crore went into rail.", [money("Rs 45,000 crore", 450_000_000_000, "INR")]),
    ("Customs seized Rs. 3,20,000.", [money("Rs. 3,20,000", 320_000, "INR")]),
    ("The yard in Osaka, Japan, owes ¥300 billion.", [money("¥300 billion", 300_000_000_000, "JPY")]),
    ("The yard in Ningbo, China, owes ¥300 million.", [money("¥300 million", 300_000_000, "CNY")]),
    ("The strike cost a million dollars a day.", [money("a million dollars", 1_000_000)]),
    ("Two hundred and fifty thousand pounds was raised.",
     [money("Two hundred and fifty thousand pounds", 250_000, "GBP")]),
    ("Net income was minus 3.2 million yen.", [money("minus 3.2 million yen", -3_200_000, "JPY")]),
    ("The tyre maker's result was -£4m.", [money("-£4m", -4_000_000, "GBP")]),
    ("Half a million euros went missing.", [money("Half a million euros", 500_000, "EUR")]),
    ("The lender wants Rs 1 lakh crore by 2030.", [money("Rs 1 lakh crore", 1_000_000_000_000, "INR")]),
    ("A durian fetched 80 sen.", [money("80 sen", 0.8, "MYR")]),
    ("The Saigon ferry took VNĐ9 billion.", [money("VNĐ9 billion", 9_000_000_000, "VND")]),
    ("The swing bridge toll is 5 dollars 20 cents.", [money("5 dollars 20 cents", 5.2)]),
    ("The porter asked for ten pounds fifty.", [money("ten pounds fifty", 10.5, "GBP")]),
    ("He is owed twenty five us dollars.", [money("twenty five us dollars", 25)]),
    ("The cable car took € 1.5 m.", [money("€ 1.5 m", 1_500_000, "EUR")]),
    ("A locker is 12 €.", [money("12 €", 12, "EUR")]),
    ("Entry is CHF 12.", [money("CHF 12", 12, "CHF")]),
    ("The ferryman wants rupees 200.", [money("rupees 200", 200, "INR")]),
    ("A cot is a hundred and twenty pounds.", [money("a hundred and twenty pounds", 120, "GBP")]),
    ("The temple fair took 100 mln baht.", [money("100 mln baht", 100_000_000, "THB")]),
    ("The nursery spent $40K on bulbs.", [money("$40K", 40_000)]),
    ("A clamp costs a tenner, a lock a fiver.", [money("a tenner", 10, "GBP"), money("a fiver", 5, "GBP")]),
    ("The ropeway cost two and a half million euros.", [money("two and a half million euros", 2_500_000, "EUR")]),
    ("A stall is 300 Hong Kong dollars.", [money("300 Hong Kong dollars", 300, "HKD")]),
    ("A stall is 40 Ukrainian hryvnias.", [money("40 Ukrainian hryvnias", 40, "UAH")]),
    ("The quay cost one million one hundred thousand euros.",
     [money("one million one hundred thousand euros", 1_100_000, "EUR")]),
    ("The quay cost three point two billion yen.", [money("three point two billion yen", 3_200_000_000, "JPY")]),
    ("The tram in Bogotá took COP 450 million.", [money("COP 450 million", 450_000_000, "COP")]),
    ("A net sells for Rs.500.", [money("Rs.500", 500, "INR")]),
    ("The dam in Ballina cost $A450 million.", [money("$A450 million", 450_000_000, "AUD")]),
    ("Milk solids fetch $NZ6.60, or $US4.", [money("$NZ6.60", 6.6, "NZD", "exact", ("$US4", 4, "USD"))]),
    ("Oats settled 17-1/4 cents lower.", [money("17-1/4 cents", 0.1725)]),
    ("Oats settled at $7.85-3/4 a bushel.", [money("$7.85-3/4 a bushel", 7.8575, "USD/bushel")]),
]  # fmt: skip

PERCENTAGES = [
    ("Output grew 7 percent.", [percent("7 percent", 7)]),
    ("Prices were 0.3 per cent lower.", [percent("0.3 per cent", 0.3)]),
    ("Its share is 12.5%.", [percent("12.5%", 12.5)]),
    ("A 15-percent levy applies.", [percent("15-percent", 15)]),
    ("Orders moved by +3.2%.", [percent("+3.2%", 3.2)]),
    ("The plan won two thirds of the votes.", [percent("two thirds", 66.666666667)]),
    ("A third of the cranes are idle.", [percent("A third", 33.333333333)]),
    ("Half of the crop was lost.", [percent("Half", 50)]),
    ("One in five shops is empty.", [percent("One in five", 20)]),
    ("Nine out of ten sailors agreed.", [percent("Nine out of ten", 90)]),
    ("Margins narrowed by 0.4 percentage points.", [points("0.4 percentage points", 0.4)]),
    ("The central bank cut by 25 basis points.", [points("25 basis points", 0.25)]),
    ("The rate moved by half a percentage point.", [points("half a percentage point", 0.5)]),
    ("A cut of half a point is likely in May.", [points("half a point", 0.5)]),
    ("Banks added half a point to the FTSE 100 index.", [index("half a point", 0.5)]),
    ("The Riksbank took a quarter-point off its 2 percent rate.",
     [points("quarter-point", 0.25), percent("2 percent", 2)]),
    ("Occupancy is 91 percent, 2 points more than before.", [percent("91 percent", 91), points("2 points", 2)]),
    ("It lends at half a percent.", [percent("half a percent", 0.5)]),
    ("Every third kiln is cold.", [percent("Every third", 33.333333333)]),
    ("Sixty in every hundred smiths are idle.", [percent("Sixty in every hundred", 60)]),
    ("Three-quarters of the hops froze.", [percent("Three-quarters", 75)]),
    ("The rate fell a quarter of a percentage point.", [points("a quarter of a percentage point", 0.25)]),
    ("The levy is 3½ percent.", [percent("3½ percent", 3.5)]),
    ("The rate rose a percentage point.", [points("a percentage point", 1)]),
    ("Growth of 6 percent, a full point faster, is foreseen.", [percent("6 percent", 6), points("a full point", 1)]),
    ("It has 9 percent, a point and a half more.", [percent("9 percent", 9), points("a point and a half", 1.5)]),
    ("The share is 9 percent, 0.3 of a percentage point less.",
     [percent("9 percent", 9), points("0.3 of a percentage point", 0.3)]),
]  # fmt: skip

COUNTS = [
    ("The yard employs 6,000 people.", [count("6,000", 6000)]),
    ("Some 1.2 million tourists came.", [count("1.2 million", 1_200_000, "about")]),
    ("There are thirty-three projects.", [count("thirty-three", 33)]),
    ("It owns three mills.", [count("three", 3, kind="small_count")]),
    ("Two dozen kilns were shut.", [count("Two dozen", 24)]),
    ("Its patents number 164.", [count("164", 164)]),
    ("The road gate 1,150 carts passed.", [count("1,150", 1150)]),
    ("In April 29,000 shifts were lost.", [count("29,000", 29_000)]),
    ("By the end of March 36 ferries had called.", [count("36", 36)]),
    ("In May 24 ferries called.", []),  # or on that day
    ("The ferry left at 1100 GMT.", []),
]

# kept out of the facts, but recognized
ASIDES = [
    ("The strike lasted 12 days.", [aside("12 days", 12, "day", "duration")]),
    ("The 5-year plan ended.", [aside("5-year", 5, "year", "duration")]),
    ("The tunnel took two to three years.", [aside("two to three years", [2, 3], "year", "duration")]),
    ("She is a 45-year-old welder.", [aside("45-year-old", 45, "year", "age")]),
    ("The welder, aged 45, retired.", [aside("45", 45, "year", "age")]),
    ("The 4th kiln was lit.", [aside("4th", 4, "ordinal", "ordinal")]),
    ("Rents fell for a third consecutive month.", [aside("third", 3, "ordinal", "ordinal")]),
    ("It is No. 3 in salt.", [aside("3", 3, "rank", "rank")]),
    ("The port ranked fifth.", [aside("fifth", 5, "rank", "rank")]),
    ("It is the third-largest mill and the second busiest.",
     [aside("third", 3, "rank", "rank"), aside("second", 2, "rank", "rank")]),
    ("Tolls rose threefold.", [aside("threefold", 3, "multiple", "multiple")]),
    ("It pays three times as much and sells 2.5 times the salt.",
     [aside("three times", 3, "multiple", "multiple"), aside("2.5 times", 2.5, "multiple", "multiple")]),
    ("The catch more than doubled to 32,500 tonnes.",
     [aside("doubled", 2, "multiple", "multiple", "more_than"), measure("32,500 tonnes", 32_500, "tonne")]),
    ("Tens of millions of dollars were lost.", [aside("Tens of millions of dollars", 10_000_000, "USD", "vague")]),
]  # fmt: skip

MEASURES = [
    ("The line is 30 kilometers long.", [measure("30 kilometers", 30, "kilometer")]),
    ("The park covers 1,200 acres.", [measure("1,200 acres", 1200, "acre")]),
    ("The hall has 20,000 square metres.", [measure("20,000 square metres", 20_000, "square_meter")]),
    ("The dam yields 450 MW.", [measure("450 MW", 450, "megawatt")]),
    ("It rolled 3 million tonnes of steel.", [measure("3 million tonnes", 3_000_000, "tonne")]),
    ("The field pumps 120,000 barrels a day.", [measure("120,000 barrels a day", 120_000, "barrel/day")]),
    ("Greenhouses reached 40 degrees Celsius.", [measure("40 degrees Celsius", 40, "degree_celsius")]),
    ("The gauge closed at 3,012.4 points.", [index("3,012.4 points", 3012.4)]),
    ("It pressed 900 hectolitres of cider.", [measure("900 hectolitres", 900, "hectoliter")]),
    ("The smelter's limit is 400 ktpa.", [measure("400 ktpa", 400_000, "tonne/year")]),
    ("Growers picked 2 million 60-kilogram bags.", [measure("2 million 60-kilogram bags", 2_000_000, "bag")]),
    ("The yard built ships of 5.3m dwt.", [measure("5.3m dwt", 5_300_000, "deadweight_tonne")]),
    ("The hall (4,000 m²) is let.", [measure("4,000 m²", 4000, "square_meter")]),
    ("The Nikkei gained 5.4 points to 9,012.4.", [index("5.4 points", 5.4), index("9,012.4", 9012.4)]),
    ("Losing 140.43 to 1,499.25, the Nasdaq hit a low.", [count("140.43", 140.43), count("1,499.25", 1499.25)]),
    ("The Nasdaq lost 40.43 to 1,499.25.", [index("40.43", 40.43), index("1,499.25", 1499.25)]),
    ("It fell 7.5 percent. A day before it had soared by 936 points.",
     [percent("7.5 percent", 7.5), index("936 points", 936)]),
    ("The Dow added 17.31, or 1.1 percent.",
     [("17.31", 17.31, "point", "index_point", "exact", [("1.1 percent", 1.1, "percent")])]),
]  # fmt: skip

PRICES = [
    ("Crude fell to $71.20 a barrel.", [money("$71.20 a barrel", 71.2, "USD/barrel")]),
    ("Copper is at $8,450 a tonne.", [money("$8,450 a tonne", 8450, "USD/tonne")]),
    ("It pays 12 pence per share.", [money("12 pence per share", 0.12, "GBP/share")]),
    ("Flats fetch 9,800 yuan per square meter.", [money("9,800 yuan per square meter", 9800, "CNY/square_meter")]),
    ("The rupee closed at 83.12 to the dollar in Mumbai.",
     [("83.12 to the dollar", 83.12, "INR/USD", "exchange_rate", "exact", [])]),
    ("The yuan traded at 7.09 per dollar, from 7.08.",
     [("7.09 per dollar", 7.09, "CNY/USD", "exchange_rate", "exact", []),
      ("7.08", 7.08, "CNY/USD", "exchange_rate", "exact", [])]),
]  # fmt: skip

HEDGES = [
    ("About 40 ships waited.", [count("40", 40, "about")]),
    ("Nearly 300 jobs will go.", [count("300", 300, "about")]),
    ("More than 2,000 farms, at least 30 of them organic.",
     [count("2,000", 2000, "more_than"), count("30", 30, "more_than")]),
    ("Turnover was in excess of $2bn.", [money("$2bn", 2_000_000_000, "USD", "more_than")]),
    ("A crowd of 1,000-plus came.", [count("1,000", 1000, "more_than")]),
    ("The port handled 300-odd vessels.", [count("300", 300, "about")]),
    ("We need 30 or more tugs.", [count("30", 30, "more_than")]),
    ("Fewer than 50 boats remain.", [count("50", 50, "less_than")]),
    ("No more than 70 stalls are let.", [count("70", 70, "less_than")]),
    ("It takes up to 90 lorries.", [count("90", 90, "less_than")]),
    ("Tolls crossed $2bn.", [money("$2bn", 2_000_000_000, "USD", "more_than")]),
    ("Rents are above the £900 mark.", [money("£900", 900, "GBP", "more_than")]),
    ("Rents are above the £900 that tenants feared.", [money("£900", 900, "GBP")]),
    ("The fund turned over 570 million euros.", [money("570 million euros", 570_000_000, "EUR")]),
    ("Wages added up to $4m.", [money("$4m", 4_000_000)]),
    ("An estimated 400 storks came.", [count("400", 400, "about")]),
    ("No fewer than 40 barges and as many as 60 rafts sank.",
     [count("40", 40, "more_than"), count("60", 60, "less_than")]),
    ("Nearly 4 to 5 percent is lost.", [percent("4 to 5 percent", [4, 5], "about")]),
    ("It needs at least 3m or 4m bricks.", [count("3m", 3_000_000, "more_than"), count("4m", 4_000_000, "more_than")]),
    ("The club will not pay more than £3m.", [money("£3m", 3_000_000, "GBP", "less_than")]),
    ("A little less than 500 stayed, well over 400.", [count("500", 500, "less_than"), count("400", 400, "more_than")]),
    ("The thirty-odd million euros are spent.", [money("thirty-odd million euros", 30_000_000, "EUR", "about")]),
    ("A sub-4% loan is rare.", [percent("4%", 4, "less_than")]),
]  # fmt: skip

RANGES = [
    ("Between 20 and 30 sheds were built.", [count("20 and 30", [20, 30])]),
    ("Costs will grow 5-7 percent.", [percent("5-7 percent", [5, 7])]),
    ("It expects a profit of $10-12 million.", [money("$10-12 million", [10_000_000, 12_000_000])]),
    ("The fee is 3 to 4 percent.", [percent("3 to 4 percent", [3, 4])]),
    ("Expect a fall of eight or nine percent.", [percent("eight or nine percent", [8, 9])]),
    ("Plots went at $48 to $52 an acre.", [money("$48 to $52 an acre", [48, 52], "USD/acre")]),
    ("Sales went from $639m to $1.13bn.", [money("$639m", 639_000_000), money("$1.13bn", 1_130_000_000)]),
    ("Moorings cost anything from 30 to 50 euros.", [money("30 to 50 euros", [30, 50], "EUR")]),
    ("Toll income rose by RM61 million to RM233 million.",
     [money("RM61 million", 61_000_000, "MYR"), money("RM233 million", 233_000_000, "MYR")]),
]  # fmt: skip

LISTS = [
    ("Sales of 40.35 and 188.92 billion yuan followed.",
     [money("40.35", 40_350_000_000, "CNY"), money("188.92 billion yuan", 188_920_000_000, "CNY")]),
    ("Rice, tea and salt gained 3, 4 and 5 percent respectively.",
     [percent("3", 3), percent("4", 4), percent("5 percent", 5)]),
    ("The toll fell from 40 pesos in Manila in 2012 to 11.", [money("40 pesos", 40, "PHP"), money("11", 11, "PHP")]),
    ("The mill cost RM8 million, or RM160 per square foot.",
     [money("RM8 million", 8_000_000, "MYR"), money("RM160 per square foot", 160, "MYR/square_foot")]),
    ("Orders came to 12 billion yuan, up from 9 billion.",
     [money("12 billion yuan", 12_000_000_000, "CNY"), money("9 billion", 9_000_000_000, "CNY")]),
    ("Turnover was 5 billion yuan ($690 million), against 4 billion before.",
     [money("5 billion yuan", 5_000_000_000, "CNY", "exact", ("$690 million", 690_000_000, "USD")),
      money("4 billion", 4_000_000_000, "CNY")]),
    ("A staff of fourteen looks after 7 percent of it.", [count("fourteen", 14), percent("7 percent", 7)]),
    ("The stall keeps 18 cents of every dollar, and half a tonne of ice.",
     [percent("18 cents of every dollar", 18), measure("half a tonne", 0.5, "tonne")]),
    ("It lost half a US cent, paid 7 HK cents, and yields half a basis point more.",
     [money("half a US cent", 0.005, "USD"), money("7 HK cents", 0.07, "HKD"), points("half a basis point", 0.005)]),
    ("It sank 900 tonnes of cable, down from 1,200.",
     [measure("900 tonnes", 900, "tonne"), measure("1,200", 1200, "tonne")]),
    ("It sank 900 tonnes of cable with 1,200 divers.", [measure("900 tonnes", 900, "tonne"), count("1,200", 1200)]),
    ("Profit grew 7%; of the 45 stores, 12 closed.", [percent("7%", 7), count("45", 45), count("12", 12)]),
    ("Growth was 4.1 percent, up from 3.9 a year before.", [percent("4.1 percent", 4.1), percent("3.9", 3.9)]),
]  # fmt: skip

RESTATED = [
    ("The bridge is worth 5 billion yuan ($690 million).",
     [money("5 billion yuan", 5_000_000_000, "CNY", "exact", ("$690 million", 690_000_000, "USD"))]),
    ("Repairs took 300 million rupees, or about $3.6 million.",
     [money("300 million rupees", 300_000_000, "INR", "exact", ("$3.6 million", 3_600_000, "USD"))]),
    ("The fee of €2m (£1.7m; $2.2m) is due.",
     [money("€2m", 2_000_000, "EUR", "exact", ("£1.7m", 1_700_000, "GBP"), ("$2.2m", 2_200_000, "USD"))]),
    ("The Nikkei fell 18 points, or 0.2 percent, on Friday.",
     [("18 points", 18, "point", "index_point", "exact", [("0.2 percent", 0.2, "percent")])]),
    ("The co-op earned $4m, or 12 cents a share.",
     [money("$4m", 4_000_000), money("12 cents a share", 0.12, "USD/share")]),
    ("The paddy is 30 mu (2 hectares) large.",
     [("30 mu", 30, "mu", "measure", "exact", [("2 hectares", 2, "hectare")])]),
]  # fmt: skip

NOTHING = [
    "The harbour reopened in 2019.",
    "They met at 10:30 on 5 March.",
    "Route 66 is closed.",
    "Flight 882 was late.",
    "Ring 020 555 0100 for tickets.",
    "Buses 4 and 7 stop at 12 Harbour Street.",
    "The fair runs from 18 to 26 January.",
    "Doors open at half past 10.",
    "Drug XR-204 is in phase 2.",
    "The plane N856JT is on loan.",
    "The home side won 2-1, and it was a 50-50 call.",
    "The pharmacy is open 24/7.",
    "The first half was dry, the third quarter wet, the 1990s dull.",
    "The first and the second were wet.",
    "A Boeing 747 landed near the A40 and the M25.",
    "Python 3.12 runs there, under Article 21 and Section 301.",
    "Call 0800 123 4567.",
    "The TOP 500 met at COP 29 and at COP26.",
    "The mill, founded in 1734, reopens on the 26th.",
    "For the first time twice a month is enough.",
]


def read(text):
    return [
        (q.text, q.value, q.unit, q.type, q.qualifier, [(e["text"], e["value"], e["unit"]) for e in q.equivalents])
        for q in find_quantities(text)
    ]


COUNTED = [
    ("The port moved 2.1 million containers.", "TEU"),
    ("It handles 900 refrigerated containers a day.", "TEU/day"),
    ("It owns 900 container cranes.", "count"),
]


@pytest.mark.parametrize(("text", "unit"), COUNTED)
def test_containers_are_counted_in_twenty_foot_equivalents(text, unit):
    (quantity,) = find_quantities(text)
    assert (quantity.unit, quantity.type) == (unit, "count")


@pytest.mark.parametrize(
    ("text", "expected"),
    MONEY + PERCENTAGES + COUNTS + ASIDES + MEASURES + PRICES + HEDGES + RANGES + LISTS + RESTATED,
)
def test_a_sentence_states(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_a_number_that_is_no_quantity(text):
    assert find_quantities(text) == []


@pytest.mark.parametrize(
    ("text", "nouns"),
    [
        ("The yard hired 6,000 skilled workers.", ["skilled workers"]),
        ("It sold 1.2 million new energy vehicles.", ["new energy vehicles"]),
        ("It shut nearly 300 of the firms.", ["firms"]),
        ("It cut 300 more sales jobs in three towns.", ["sales jobs", "towns"]),
        ("It lost 40-odd people.", ["people"]),
        ("It has 45 and wants 60.", [None, None]),
        ("An 11-storey tower burned.", [None]),
        ("It earned $4m.", [None]),
    ],
)
def test_a_count_names_what_it_counts(text, nouns):
    assert [q.noun for q in find_quantities(text)] == nouns


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("The Manila tram pays 40 pesos.", ["PHP"]),
        ("The Santiago tram in Chile pays 40 pesos.", ["CLP"]),
        ("Nepal's porters want 400 rupees.", ["NPR"]),
        ("Cairo's bakers want 9 pounds, in Egypt's money.", ["EGP"]),
        ("The Toronto ferry, Canadian since June, costs $8.", ["CAD"]),
        ("The ferry costs $8.", ["USD"]),
        ("The Cork ferry costs €8, 50 cents more.", ["EUR", "EUR"]),
        ("Maine landed 8,000 pounds of lobster at $5 a pound.", ["pound", "USD/pound"]),
    ],
)
def test_the_article_says_whose_money_it_is(text, units):
    assert [q.unit for q in find_quantities(text)] == units


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("Rents rose 4%.", "up"),
        ("Rents fell by 4%.", "down"),
        ("Rents moved -4%.", "down"),
        ("Rents moved +4%.", "up"),
        ("Rents are 4% of costs.", None),
    ],
)
def test_words_right_beside_say_the_direction(text, direction):
    assert [q.direction for q in find_quantities(text)] == [direction]


def readme_rows():
    """The rows of the README's table of what quantulum3 reads: sentence, value, unit."""
    table = README.read_text(encoding="utf-8").partition("| sentence | value | unit |\n")[2].partition("\n\n")[0]
    return [[cell.strip(" `") for cell in row.strip("|").split("|")] for row in table.splitlines()[1:]]


def test_the_readme_shows_ten_units_that_quantulum3_reads():
    assert len(readme_rows()) == 10


@pytest.mark.parametrize(("text", "value", "unit"), readme_rows())
def test_units_that_quantulum3_reads(text, value, unit):
    (quantity,) = find_quantities(text)
    assert (quantity.value, quantity.unit, quantity.origin) == (float(value), unit, "quantulum3")


# text that is full of what the grammar looks at
PIECES = st.sampled_from(
    "$ £ € ¥ RMB Rs - – ( ) , . % / 1 7 40 1,200 3.5 2019 half third two eleven million bn lakh crore percent points "
    "yuan dollars tonnes km a per share barrel to from and between about over up down by or in of jobs \n\n every "
    "point doubled twice times -fold third-largest No. ranked consecutive aged years old cents fiver ½ - €".split(" ")
)
TEXTS = st.text() | st.lists(PIECES).map(" ".join) | st.lists(PIECES).map("".join)


@given(TEXTS)
def test_spans_lie_inside_the_text_in_order_and_apart(text):
    reached = 0
    for quantity in find_quantities(text):
        spans = [(quantity.start, quantity.end, quantity.text)]
        spans += [(e["start"], e["end"], e["text"]) for e in quantity.equivalents]
        for start, end, span in spans:
            assert reached <= start < end <= len(text)
            assert text[start:end] == span
            reached = end


@given(TEXTS)
def test_values_are_finite_and_the_same_each_time(text):
    found = find_quantities(text)
    assert found == find_quantities(text)
    for quantity in found:
        ends = quantity.value if isinstance(quantity.value, list) else [quantity.value]
        assert all(math.isfinite(end) for end in ends)


@given(st.integers(min_value=11, max_value=99_999_999))
def test_a_count_in_figures_reads_back_as_itself(number):
    (quantity,) = find_quantities(f"The lock let {number:,} vessels through.")
    if "," in f"{number:,}":
        assert (quantity.value, quantity.unit, quantity.noun) == (number, "count", "vessels")


@given(
    st.sampled_from([("$", "", "USD"), ("£", "", "GBP"), ("RMB ", "", "CNY"), ("", " euros", "EUR")]),
    st.decimals(min_value="0.01", max_value=99_999, places=2),
    st.sampled_from([("", 1), (" million", 10**6), ("bn", 10**9), (" trillion", 10**12)]),
)
def test_a_printed_amount_reads_back_as_itself(currency, number, scale):
    before, after, code = currency
    word, factor = scale
    printed = f"{before}{number:,}{word}{after}"
    (quantity,) = find_quantities(f"The lock cost {printed}.")
    assert (quantity.text, quantity.unit, quantity.type) == (printed, code, "money")
    assert quantity.value == pytest.approx(float(number) * factor, rel=1e-9)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("The margin narrowed by 120 basis points.", "down"),
        ("The gap widened by 3 points.", "up"),
        ("The index gave up 0.4 percent.", "down"),
        ("They turned up 39 percent of it.", None),
        ("Shares edged up 0.4 percent.", "up"),
    ],
)
def test_words_right_before_an_amount_say_which_way_it_moved(text, direction):
    (quantity,) = find_quantities(text)
    assert quantity.direction == direction


def test_a_control_character_inside_a_number_is_a_blank():
    assert [quantity.value for quantity in find_quantities("0\x1f¼ mile")] == [0.25]
