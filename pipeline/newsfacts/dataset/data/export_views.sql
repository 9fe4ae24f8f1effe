-- The views of an exported database, in SQL that SQLite and DuckDB both read.

-- How much there is: one row per fact that states an amount, with its article's date.
CREATE VIEW levels AS
SELECT
    f.subject, f.subject_type, f.metric, f.measure, f.value_low, f.value_high, f.unit, f.qualifier,
    f.period_text, f.period_start, f.period_end, f.modality, f.source, f.confidence,
    f.article, a.published, f.id, f.text
FROM facts AS f LEFT JOIN articles AS a ON a.id = f.article
WHERE f.kind = 'level';

-- How much it moved: one row per fact that states a change; a fall is below zero.
CREATE VIEW growth AS
SELECT
    f.subject, f.subject_type, f.metric, f.measure,
    CASE f.direction WHEN 'down' THEN -f.value_high ELSE f.value_low END AS growth_low,
    CASE f.direction WHEN 'down' THEN -f.value_low ELSE f.value_high END AS growth_high,
    f.unit, f.basis, f.qualifier,
    f.period_text, f.period_start, f.period_end, f.modality, f.source, f.confidence,
    f.article, a.published, f.id, f.text
FROM facts AS f LEFT JOIN articles AS a ON a.id = f.article
WHERE f.kind = 'change';

-- What is said, however often: the facts that agree in all but wording are one row. Capitals make no difference, and
-- a period is its dates, or its words where no date is known. A fall is below zero.
CREATE VIEW observations AS
WITH told AS (
    SELECT
        article, subject, metric, measure, kind, basis, unit, qualifier, modality, period_start, period_end,
        CASE direction WHEN 'down' THEN -value_high ELSE value_low END AS low,
        CASE direction WHEN 'down' THEN -value_low ELSE value_high END AS high,
        CASE WHEN period_start IS NULL AND period_end IS NULL THEN lower(period_text) END AS undated
    FROM facts
)
SELECT
    min(subject) AS subject, min(metric) AS metric, measure, kind, basis, low AS value_low, high AS value_high, unit,
    qualifier, undated AS period_text, period_start, period_end, modality,
    count(*) AS facts, count(DISTINCT article) AS articles
FROM told
GROUP BY
    lower(subject), lower(metric), measure, kind, basis, low, high, unit, qualifier, undated, period_start, period_end,
    modality;

-- What contradicts itself: the values told of one subject, metric, period and unit that cannot all be right, however
-- they were rounded; one row per value, with the smallest and the largest of the rivals. "About" gives five percent,
-- "more than" and "less than" leave one side open. Without a known date nothing is compared.
CREATE VIEW conflicts AS
WITH sized AS (
    SELECT
        *,
        CASE
            WHEN qualifier = 'about' AND 0.05 * abs(value_high) > rounding THEN 0.05 * abs(value_high)
            ELSE 0.999 * rounding -- so that 7.1 and 7.2, whose roundings touch, disagree
        END AS slack
    FROM facts
    WHERE subject IS NOT NULL AND metric IS NOT NULL AND (period_start IS NOT NULL OR period_end IS NOT NULL)
), bounded AS (
    SELECT
        article, subject, metric, kind, basis, unit, qualifier, period_start, period_end, modality,
        lower(subject) AS same_subject, lower(metric) AS same_metric,
        CASE direction WHEN 'down' THEN -value_high ELSE value_low END AS low,
        CASE direction WHEN 'down' THEN -value_low ELSE value_high END AS high,
        -- null where that side is open; max and min pass over nulls
        CASE
            WHEN direction = 'down' THEN CASE WHEN qualifier <> 'more_than' THEN -value_high - slack END
            WHEN qualifier <> 'less_than' THEN value_low - slack
        END AS at_least,
        CASE
            WHEN direction = 'down' THEN CASE WHEN qualifier <> 'less_than' THEN -value_low + slack END
            WHEN qualifier <> 'more_than' THEN value_high + slack
        END AS at_most
    FROM sized
), compared AS (
    SELECT
        *,
        max(at_least) OVER rivals AS highest_floor, min(at_most) OVER rivals AS lowest_ceiling,
        min(low) OVER rivals AS lowest, max(high) OVER rivals AS highest
    FROM bounded
    WINDOW rivals AS (
        PARTITION BY same_subject, same_metric, kind, basis, unit, period_start, period_end, modality
    )
)
SELECT
    min(subject) AS subject, min(metric) AS metric, kind, basis, low AS value_low, high AS value_high, unit, qualifier,
    period_start, period_end, modality, lowest, highest,
    count(*) AS facts, count(DISTINCT article) AS articles
FROM compared
WHERE highest_floor > lowest_ceiling
GROUP BY
    same_subject, same_metric, kind, basis, low, high, unit, qualifier, period_start, period_end, modality, lowest,
    highest;
