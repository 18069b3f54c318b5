-- What the table of runs is filtered, sorted and grouped by, apart from the wide rows of `runs`, and by number.
-- All of it follows from runs, configurations and metrics; src/main/store/run-index.ts fills in what is missing.

-- A combination of all settings but the seed, as in the design of experiments: runs of one treatment are repeats.
CREATE TABLE treatments (
  number INTEGER PRIMARY KEY,
  -- SHA-256 of the canonical configuration without its seed.
  hash TEXT NOT NULL UNIQUE CHECK (length(hash) = 64)
) STRICT;

CREATE TABLE setting_paths (
  number INTEGER PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  -- The value seen first, as JSON, and whether another one was seen since.
  first_value TEXT NOT NULL,
  varies INTEGER NOT NULL DEFAULT 0 CHECK (varies IN (0, 1))
) STRICT;

-- Numbers and texts as they are, true and false as 1 and 0, lists as JSON; what is null has no row, nor has the float run's
-- quantizer. Ordered by setting, so that a column is read in one go. No reference on `treatment`: it would need an index.
CREATE TABLE treatment_settings (
  path INTEGER NOT NULL REFERENCES setting_paths (number),
  treatment INTEGER NOT NULL,
  value ANY NOT NULL,
  PRIMARY KEY (path, treatment)
) STRICT, WITHOUT ROWID;

CREATE TABLE run_rows (
  number INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE REFERENCES runs (id) ON DELETE CASCADE,
  treatment INTEGER NOT NULL REFERENCES treatments (number),
  model_id TEXT NOT NULL,
  dataset_id TEXT NOT NULL,
  samples INTEGER NOT NULL,
  calibration_dataset_id TEXT,
  calibration_samples INTEGER NOT NULL,
  arithmetic TEXT NOT NULL,
  seed INTEGER NOT NULL,
  status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  started_at TEXT,
  ended_at TEXT,
  duration_seconds REAL,
  trashed INTEGER NOT NULL CHECK (trashed IN (0, 1))
) STRICT;
CREATE INDEX run_rows_by_treatment ON run_rows (treatment);

CREATE TABLE metric_names (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- Final values, ordered by metric. The table `metrics` has them by run.
CREATE TABLE metric_columns (
  metric INTEGER NOT NULL REFERENCES metric_names (number),
  run INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (metric, run)
) STRICT, WITHOUT ROWID;

INSERT INTO metric_names (name) SELECT DISTINCT name FROM metrics ORDER BY name;
DROP INDEX metrics_by_name;

CREATE TRIGGER run_row_follows AFTER UPDATE OF status, started_at, ended_at, duration_seconds, trashed_at ON runs BEGIN
  UPDATE run_rows SET status = NEW.status, started_at = NEW.started_at, ended_at = NEW.ended_at,
    duration_seconds = NEW.duration_seconds, trashed = NEW.trashed_at IS NOT NULL
  WHERE run_id = NEW.id;
END;
CREATE TRIGGER run_leaves_columns BEFORE DELETE ON runs BEGIN
  DELETE FROM metric_columns WHERE metric IN (SELECT number FROM metric_names)
    AND run = (SELECT number FROM run_rows WHERE run_id = OLD.id);
END;
CREATE TRIGGER metric_enters_column AFTER INSERT ON metrics WHEN NEW.step = 0 BEGIN
  INSERT OR IGNORE INTO metric_names (name) VALUES (NEW.name);
  INSERT OR REPLACE INTO metric_columns (metric, run, value)
    SELECT metric_names.number, run_rows.number, NEW.value FROM metric_names, run_rows
    WHERE metric_names.name = NEW.name AND run_rows.run_id = NEW.run_id;
END;
CREATE TRIGGER metric_leaves_column AFTER DELETE ON metrics WHEN OLD.step = 0 BEGIN
  DELETE FROM metric_columns WHERE metric = (SELECT number FROM metric_names WHERE name = OLD.name)
    AND run = (SELECT number FROM run_rows WHERE run_id = OLD.run_id);
END;

-- Which columns of the table of runs someone wants to see again, and of which runs.
CREATE TABLE run_views (
  name TEXT PRIMARY KEY,
  view TEXT NOT NULL CHECK (json_valid(view)),
  changed_at TEXT NOT NULL
) STRICT;
