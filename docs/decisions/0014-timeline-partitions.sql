-- The timeline in monthly partitions, from January 2027 on. Why and when: 0014-timeline-partitions.md.
-- Each part is run by itself, as the owner of the tables. A test runs them in this order.

-- part: beside the work (minutes to hours, no lock that anybody notices)
ALTER TABLE people_touchpoint ADD CONSTRAINT touchpoint_before_2027
    CHECK (at < TIMESTAMPTZ '2027-01-01 00:00+00') NOT VALID;
-- From this moment no touchpoint of 2027 can be written, so the switch has to come before New Year.
ALTER TABLE people_touchpoint VALIDATE CONSTRAINT touchpoint_before_2027;
CREATE UNIQUE INDEX CONCURRENTLY touchpoint_key ON people_touchpoint (id, at);

-- part: the switch (one transaction, under a second: nothing is copied and nothing is read)
SET CONSTRAINTS ALL IMMEDIATE;
LOCK TABLE people_touchpoint IN ACCESS EXCLUSIVE MODE;
CREATE SEQUENCE people_touchpoint_number AS bigint;
SELECT setval('people_touchpoint_number', GREATEST((SELECT max(id) FROM people_touchpoint), 1));
ALTER TABLE people_touchpoint ALTER COLUMN id DROP IDENTITY;
SELECT set_config('matricula.guard', pg_get_triggerdef(oid), TRUE) FROM pg_trigger
    WHERE tgrelid = 'people_touchpoint'::regclass AND tgname = 'people_touchpoint_append_only';
DROP TRIGGER people_touchpoint_append_only ON people_touchpoint;
ALTER TABLE people_touchpoint RENAME TO people_touchpoint_until_2026;
CREATE TABLE people_touchpoint (
    LIKE people_touchpoint_until_2026 INCLUDING DEFAULTS INCLUDING CONSTRAINTS
) PARTITION BY RANGE (at);
ALTER TABLE people_touchpoint DROP CONSTRAINT touchpoint_before_2027;
ALTER TABLE people_touchpoint ALTER COLUMN id SET DEFAULT nextval('people_touchpoint_number');
ALTER SEQUENCE people_touchpoint_number OWNED BY people_touchpoint.id;
ALTER TABLE people_touchpoint
    ADD CONSTRAINT people_touchpoint_key UNIQUE (id, at),
    ADD CONSTRAINT people_touchpoint_person FOREIGN KEY (person_id) REFERENCES people_person (id)
        DEFERRABLE INITIALLY DEFERRED,
    ADD CONSTRAINT people_touchpoint_by FOREIGN KEY (by_id) REFERENCES people_user (id)
        DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX touchpoint_parted_timeline ON people_touchpoint (person_id, at DESC, id DESC);
CREATE INDEX touchpoint_parted_by_kind ON people_touchpoint (person_id, kind, at DESC, id DESC);
CREATE INDEX touchpoint_parted_two_way ON people_touchpoint (at) WHERE is_two_way;
DO $$ BEGIN EXECUTE current_setting('matricula.guard'); END $$;  -- the guard stands again, as it was
ALTER TABLE people_touchpoint ATTACH PARTITION people_touchpoint_until_2026
    FOR VALUES FROM (MINVALUE) TO ('2027-01-01 00:00+00');
CREATE TABLE people_touchpoint_2027_01 PARTITION OF people_touchpoint
    FOR VALUES FROM ('2027-01-01 00:00+00') TO ('2027-02-01 00:00+00');
-- What no month has been made for is kept here, never refused.
CREATE TABLE people_touchpoint_later PARTITION OF people_touchpoint DEFAULT;

-- part: once a month, for the month after next
CREATE TABLE people_touchpoint_2027_02 PARTITION OF people_touchpoint
    FOR VALUES FROM ('2027-02-01 00:00+00') TO ('2027-03-01 00:00+00');
