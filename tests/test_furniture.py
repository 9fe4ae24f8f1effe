"""What belongs to the page and not to the article.

In PAGES a line that starts with "#" must be marked as furniture whole, one that starts with "~" in part, all others
must be left alone.
"""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsfacts.read.furniture import find_furniture

PAGES = {
    "city portal": """\
#Skip to main content
#Home | News | Business | Investment | Culture | Contact us
#Home > News > Latest
Wuxing's drone makers ship 40,000 units in half a year
~Updated: 2023-07-19  |  By Chen Hao  |  Wuxing, China        Print    A+  A-

Wuxing, a district in the west of the city, shipped 40,000 drones in the first half of 2023, its commerce bureau said.

Related firms employ 6,200 people, and a second assembly hall of 18,000 square meters opens in autumn.

A worker tests a propeller in Wuxing. [Photo/Wuxing Daily]

"We had 3 customers in 2019 and have 120 today," said the bureau's deputy head. "Most of them are farmers."

#Related Stories
#Wuxing opens 5 new parks
#Why 300 engineers moved west
#Home | About Us | Contact Us | Site Map
#Tel: 0510-8555 0123 | Fax: 0510-8555 0124
#Copyright (c) 2023 Wuxing District. All rights reserved. Su ICP No 12345678-9""",
    "press release": """\
Brindle Optics Reports Second Quarter Results
Revenue up 12% to $48 million

#Aug 3, 2022, 07:30 ET
#Share this article

AUSTIN, Texas, Aug. 3, 2022 /PRNewswire/ -- Brindle Optics Inc. (Nasdaq: BRDL) said revenue rose 12% to $48 million.

Related party sales were $2 million. More about these can be found in the annual report, which lists 14 such contracts.

~Management will hold a call at 5 p.m. on Thursday. Dial-in: +1-512-555-0147, passcode 4471.

#About Brindle Optics
#Founded in 1997, Brindle Optics serves 400 customers in 31 countries. It has 1,200 employees.

#Forward-Looking Statements
#This press release contains forward-looking statements that involve risks. Results may differ by 10% or more.

#Media Contact: Ms. Doe, +1-512-555-0148, press@brindle.example
#View original content: https://wire.example/2022/08/03/brindle
#SOURCE Brindle Optics Inc.""",
    "newspaper with comments": """\
Harbour tolls to rise by a tenth
By Greta Lindholm
#May 7, 2021, 9:15 a.m.    4 min read    Share full article    88 comments

Ships that call at the port will pay 10% more from July, the harbour board decided on Friday after a stormy session.

#— ADVERTISEMENT —

Also read out was a letter from 14 shipping lines, which put the extra cost at 3 million euros a year.

#Sign up for our Harbour Briefing newsletter and get 5 stories every morning

“Nobody asked us,” said Ivo Brandt, who runs 6 tugs. “We will go to court.”

#Read more: Tugs strike for 3 days

The last rise, of 4%, came in 2015.

#Greta Lindholm is a reporter who covers ports. She has won 2 prizes.

#In Case You Missed It
#Ferry line cuts 200 jobs
#Crane topples, 3 hurt

#Leave a comment
#Your name *
#Old salt says: I paid 5 euros in 1990 and 50 now. It is a scandal, and nobody does anything about it at all.
#© 2021 The Harbour Post""",
    "agency": """\
UPDATE 2-Zinc smelter cuts output by a fifth

LIMA, June 12 (Reuters) - The smelter at Cajamarquilla will make 20% less zinc this year, its owner said on Monday.

Output was 344,000 tonnes in 2022. ($1 = 3.65 soles)

(Reporting by Rosa Quispe; Editing by Dan Hale)

#Our Standards: The Thomson Reuters Trust Principles.""",
    "sub-headings are no boxes": """\
Three towns that live from shoes

The cluster has 4,000 workshops and makes 900 million pairs of shoes in a good year, officials of the county say.

Headlines

The record came in 2018, when 1.1 billion pairs left the county and prices rose by 6 percent on average.

Most popular

Sandals are made most, and 61 percent of them are sold abroad, mainly to buyers in Latin America and in Africa.

Comments by the mayor, who leaves office in May, were not available. About 30 workshops closed this spring.

Latest

A museum of 2,000 square meters will open in 2026. About Wenling and its shoes, it shows 800 exhibits.""",
    "table rows": """\
Sales by model

The maker sold 21,400 vans in March, 8 percent more than a year before, and 3,300 trucks, the company reported.

Van S   |   9,100   |   +12%
Van L     12,300     +5%
1 2 3.4
Truck      3,300     -2%
Source: company reports""",
    "magazine": """\
YARD FOCUS
Small yards, full books

~Coastal Marine Monthly   |   12 March 2019   |   Words: Ana Duarte

The small yards of the north have orders for 64 ferries, most of them electric, and will be busy until 2023 at least.

Next: the yards hope for orders from abroad, where 200 old ferries have to be replaced within the decade.

#Also in this issue: 20 tugs compared, p. 18 | Rust: the 7 best paints, p. 26
#Turn to page 34 for our preview  ·  Subscribe from €9.99 a month""",
    "end mark": """\
China Focus: Tea town brews up growth

HANGZHOU, May 3 (Xinhua) -- Tea sales in the town rose 9 percent to 2.1 billion yuan in the first quarter of the year.

~"We drink what we cannot sell," said grower Zhou Min, who has 12 hectares. Enditem""",
    "newsletter": """\
Zone Express: 12 firms settle in June
~Harbour Zone Newsletter    No. 18    30 June 2022

The zone has won 12 firms with a capital of 640 million yuan since May, and they are to employ 900 people by 2024.

~For details please call 0512-5555 1234.

#You receive this newsletter because you agreed to it; unsubscribe here.
#To unsubscribe, click here
#Follow us on LinkedIn and 3 other networks
#Original link: http://zone.example/a/202206/30/4711.html
#Previous: Zone opens 2 halls
#Next: Zone plants 5,000 trees""",
}


def _kinds(text, marks):
    """Tell of each line whether it is marked whole (#), in part (~) or not."""
    kinds, at = [], 0
    for line in text.split("\n"):
        covered = [any(s["start"] <= i < s["end"] for s in marks) for i in range(at, at + len(line))]
        kinds.append("#" if covered and all(covered) else "~" if any(covered) else "")
        at += len(line) + 1
    return kinds


@pytest.mark.parametrize("name", PAGES)
def test_page(name):
    lines = PAGES[name].split("\n")
    text = "\n".join(re.sub(r"^[#~]", "", line) for line in lines)
    kinds = _kinds(text, find_furniture(text))
    assert [k + line for k, line in zip(kinds, text.split("\n"), strict=True)] == lines


@pytest.mark.parametrize(
    ("words", "part", "reason"),
    [
        ("Sales rose 4% in May. Enditem", "Enditem", "end mark"),
        ("Source: Harbour Daily    Date: 2023-08-14    Views: 2,317", "Date: 2023-08-14", "date line"),
        ("Asked for more, the firm said: call 020 7946 0321 or write.", "call 020 7946 0321", "contact"),
        ("Tips go to desk@paper.example at any hour.", "desk@paper.example", "contact"),
    ],
)
def test_part_of_a_line(words, part, reason):
    found = [(words[span["start"] : span["end"]], span["reason"]) for span in find_furniture(words)]
    assert (part, reason) in found


@pytest.mark.parametrize(
    "line",
    [
        "Subscribe now and join 120,000 subscribers.",
        "Join more than 120,000 other readers of our Friday letter",
        "Five charts before breakfast. Trusted by 410,000 readers.",
        "Our newsletter goes out to 90,000 people. Sign up here",
        "Please turn on JavaScript to see the chart of 12 countries",
        "after newsletter promotion",
        "If you have a complaint about this article, write to us within 28 days.",
    ],
)
def test_a_line_of_the_page_is_marked(line):
    lead = "The group sold 4 million tonnes of steel last year, a fifth more than the year before, it said on Monday."
    text = f"{lead}\n\n{line}\n\n{lead}"
    assert [text[span["start"] : span["end"]] for span in find_furniture(text)] == [line]


PARAGRAPHS = [
    "The paper is read by 400,000 people and has 120,000 subscribers.",
    "The union joined 4,000 readers of the paper in court.",
    "If you have 5 percent, you have a say.",
    "Related costs fell by 4 percent to 12 million euros, and the company expects them to fall again next year.",
    "More than 300 stores will close. Follow-up costs are put at 40 million euros by people close to the firm.",
    "About 40 percent of the goods went to Asia.",
    "Next year's budget foresees 4 billion zlotys for roads.",
    "Print sales fell 8% while comments on the web rose.",
    "Subscribers rose by 13.2m in the first three months of the year.",
    "Contact lenses made up 60% of sales at the chain, up from 51% in 2020.",
    "Most popular were the vans, of which 9,100 were sold.",
    "Previous estimates had put growth at 3%.",
    "Tags with chips are now sewn into 2 million shirts.",
    "By 2030 the author of the plan wants 40 reactors.",
    "The author of the report, Ana Ruiz, said exports would rise 4%.",
    "Published prices rose 4% on average.",
    "Editors at 40 papers were laid off.",
    "Copyright royalties reached $40 million, up 3%.",
    "Cookies and biscuits were 4% dearer.",
    "Latest figures put unemployment at 4.1%.",
    "Share prices fell 4%.",
    "Advertising revenue grew 12% to $40m.",
]


@pytest.mark.parametrize("paragraph", PARAGRAPHS)
def test_paragraph_of_the_article_is_kept(paragraph):
    lead = "The group sold 4 million tonnes of steel last year, a fifth more than the year before, it said on Monday."
    assert find_furniture(f"{lead}\n\n{paragraph}\n\n{lead}") == []
    assert find_furniture(f"{lead}\n\n{paragraph}") == []


PIECES = st.lists(
    st.sampled_from(["Related Stories", "About Us", "Home | News", "Sales rose 4%.", "A long line of prose " * 8 + ".",
                     "\n", "\n\n", " | ", "   ", "Tel: 020 7946 0321", "© 2024", "Comments", "- ", "Share",
                     "Updated: 2024-05-07", "é", "\t", "\x85", "\u2028"])
).map("".join)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), PIECES))
def test_any_text(text):
    spans = find_furniture(text)
    assert spans == find_furniture(text)
    assert all(0 <= span["start"] < span["end"] <= len(text) and span["reason"] for span in spans)
    assert all(a["end"] <= b["start"] for a, b in pairwise(spans))
