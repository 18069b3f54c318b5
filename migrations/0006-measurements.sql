-- Tables of measurements that accelerators are computed with, and the runs that use them.
CREATE TABLE measurements (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES blobs (hash),
  file_name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('products', 'transfer', 'noise')),
  row_count INTEGER NOT NULL,
  column_count INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  trashed_at TEXT
) STRICT;
CREATE UNIQUE INDEX measurement_names ON measurements (name) WHERE trashed_at IS NULL;
CREATE INDEX measurements_by_hash ON measurements (hash);

CREATE TABLE run_measurements (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  measurement_id TEXT NOT NULL REFERENCES measurements (id),
  PRIMARY KEY (run_id, measurement_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_measurements_by_measurement ON run_measurements (measurement_id);

CREATE TRIGGER measurement_refers AFTER INSERT ON measurements BEGIN
  UPDATE blobs SET reference_count = reference_count + 1 WHERE hash = NEW.hash;
END;
CREATE TRIGGER measurement_releases AFTER DELETE ON measurements BEGIN
  UPDATE blobs SET reference_count = reference_count - 1 WHERE hash = OLD.hash;
END;

-- Runs that an experiment planned and did not need, because the interval of their mean was narrow enough before.
ALTER TABLE experiments ADD COLUMN spared_runs INTEGER NOT NULL DEFAULT 0;
