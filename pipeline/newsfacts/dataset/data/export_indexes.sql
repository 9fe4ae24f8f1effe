-- What questions to an exported SQLite database look up; DuckDB reads by column and needs none.
CREATE INDEX facts_article ON facts (article);
CREATE INDEX facts_subject ON facts (subject);
CREATE INDEX entities_article ON entities (article);
CREATE INDEX names_id ON names (id);
CREATE INDEX articles_id ON articles (id);
CREATE INDEX observations_series ON observations (series);
CREATE INDEX observation_facts_observation ON observation_facts (observation);
CREATE INDEX observation_facts_fact ON observation_facts (fact);
