-- Runs that other programs recorded. They are no rows of `runs`, so that nothing is ever computed, reused or replayed by them;
-- in `run_rows`, by which runs are filtered, sorted and grouped, both kinds stand together.

CREATE TABLE imported_runs (
  id TEXT PRIMARY KEY,
  format TEXT NOT NULL CHECK (format IN ('mlflow', 'wandb', 'tensorboard')),
  -- What tells the run from all others of its format, so that it is known when its file is imported again.
  source_key TEXT NOT NULL,
  source_id TEXT,
  file_name TEXT NOT NULL,
  file_hash TEXT NOT NULL CHECK (length(file_hash) = 64),
  url TEXT,
  experiment TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('finished', 'failed', 'cancelled', 'interrupted')),
  seed INTEGER,
  settings TEXT NOT NULL CHECK (json_valid(settings)),
  -- SHA-256 of all that was imported of the run.
  content_hash TEXT NOT NULL CHECK (length(content_hash) = 64),
  started_at TEXT,
  ended_at TEXT,
  duration_seconds REAL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  trashed_at TEXT
) STRICT;
CREATE UNIQUE INDEX imported_runs_by_source ON imported_runs (format, source_key);

-- The last value of each, under Bitlab's name and under that of its source.
CREATE TABLE imported_metrics (
  run_id TEXT NOT NULL REFERENCES imported_runs (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  source_name TEXT NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

-- The same rows as before, of which imported runs have no model, data, samples and arithmetic.
CREATE TEMP TABLE kept_rows AS SELECT * FROM run_rows;
DROP TABLE run_rows;
CREATE TABLE run_rows (
  number INTEGER PRIMARY KEY,
  -- In `runs`, or in `imported_runs`; triggers keep it in step with both.
  run_id TEXT NOT NULL UNIQUE,
  imported INTEGER NOT NULL CHECK (imported IN (0, 1)),
  treatment INTEGER NOT NULL REFERENCES treatments (number),
  model_id TEXT,
  dataset_id TEXT,
  samples INTEGER,
  calibration_dataset_id TEXT,
  calibration_samples INTEGER,
  arithmetic TEXT,
  seed INTEGER,
  status TEXT NOT NULL,
  created_at TEXT NOT NULL,
  started_at TEXT,
  ended_at TEXT,
  duration_seconds REAL,
  trashed INTEGER NOT NULL CHECK (trashed IN (0, 1))
) STRICT;
INSERT INTO run_rows (number, run_id, imported, treatment, model_id, dataset_id, samples, calibration_dataset_id,
    calibration_samples, arithmetic, seed, status, created_at, started_at, ended_at, duration_seconds, trashed)
  SELECT number, run_id, 0, treatment, model_id, dataset_id, samples, calibration_dataset_id, calibration_samples,
    arithmetic, seed, status, created_at, started_at, ended_at, duration_seconds, trashed FROM kept_rows ORDER BY number;
DROP TABLE kept_rows;
CREATE INDEX run_rows_by_treatment ON run_rows (treatment);

-- Tags, stars and notes are of both kinds of runs.
CREATE TEMP TABLE kept_tags AS SELECT * FROM tags;
DROP TABLE tags;
CREATE TABLE tags (
  run_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  PRIMARY KEY (run_id, tag)
) STRICT, WITHOUT ROWID;
INSERT INTO tags (run_id, tag) SELECT run_id, tag FROM kept_tags;
DROP TABLE kept_tags;
CREATE INDEX tags_by_tag ON tags (tag);

CREATE TEMP TABLE kept_stars AS SELECT * FROM stars;
DROP TABLE stars;
CREATE TABLE stars (
  run_id TEXT PRIMARY KEY,
  starred_at TEXT NOT NULL
) STRICT;
INSERT INTO stars (run_id, starred_at) SELECT run_id, starred_at FROM kept_stars;
DROP TABLE kept_stars;

CREATE TEMP TABLE kept_notes AS SELECT * FROM notes;
DROP TABLE notes;
CREATE TABLE notes (
  run_id TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  changed_at TEXT NOT NULL
) STRICT;
INSERT INTO notes (run_id, text, changed_at) SELECT run_id, text, changed_at FROM kept_notes;
DROP TABLE kept_notes;

DROP TRIGGER run_leaves_columns;
CREATE TRIGGER run_leaves_columns BEFORE DELETE ON runs BEGIN
  DELETE FROM metric_columns WHERE metric IN (SELECT number FROM metric_names)
    AND run = (SELECT number FROM run_rows WHERE run_id = OLD.id);
  DELETE FROM run_rows WHERE run_id = OLD.id;
  DELETE FROM tags WHERE run_id = OLD.id;
  DELETE FROM stars WHERE run_id = OLD.id;
  DELETE FROM notes WHERE run_id = OLD.id;
END;
CREATE TRIGGER imported_run_leaves_columns BEFORE DELETE ON imported_runs BEGIN
  DELETE FROM metric_columns WHERE metric IN (SELECT number FROM metric_names)
    AND run = (SELECT number FROM run_rows WHERE run_id = OLD.id);
  DELETE FROM run_rows WHERE run_id = OLD.id;
  DELETE FROM tags WHERE run_id = OLD.id;
  DELETE FROM stars WHERE run_id = OLD.id;
  DELETE FROM notes WHERE run_id = OLD.id;
END;
CREATE TRIGGER imported_run_row_follows AFTER UPDATE ON imported_runs BEGIN
  UPDATE run_rows SET status = NEW.status, seed = NEW.seed, started_at = NEW.started_at, ended_at = NEW.ended_at,
    duration_seconds = NEW.duration_seconds, trashed = NEW.trashed_at IS NOT NULL
  WHERE run_id = NEW.id;
END;
CREATE TRIGGER imported_metric_enters_column AFTER INSERT ON imported_metrics BEGIN
  INSERT OR IGNORE INTO metric_names (name) VALUES (NEW.name);
  INSERT OR REPLACE INTO metric_columns (metric, run, value)
    SELECT metric_names.number, run_rows.number, NEW.value FROM metric_names, run_rows
    WHERE metric_names.name = NEW.name AND run_rows.run_id = NEW.run_id;
END;
CREATE TRIGGER imported_metric_leaves_column AFTER DELETE ON imported_metrics BEGIN
  DELETE FROM metric_columns WHERE metric = (SELECT number FROM metric_names WHERE name = OLD.name)
    AND run = (SELECT number FROM run_rows WHERE run_id = OLD.run_id);
END;
