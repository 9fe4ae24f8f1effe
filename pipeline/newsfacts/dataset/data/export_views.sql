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

-- What contradicts itself: observations of one subject, metric, period and unit that cannot all be right, however they
-- were rounded, with the smallest and the largest of the rivals.
CREATE VIEW conflicts AS
SELECT
    series, subject, metric, measure, kind, basis, value_low, value_high, unit, qualifier, period_start, period_end,
    modality, lowest, highest, facts, articles, id
FROM observations
WHERE lowest IS NOT NULL;
