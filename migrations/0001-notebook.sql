-- The notebook: what was imported, what was asked, what was run and what came out.
-- Times are ISO 8601 in UTC. Columns named like a JSON value hold JSON text. `trashed_at` is set on what lies in the trash.

CREATE TABLE schema_migrations (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  applied_at TEXT NOT NULL
) STRICT;

-- Files in the folder blobs/, named by their SHA-256: blobs/ab/cd/abcd...
-- reference_count is kept by the triggers below; a file without references is deleted at the next sweep.
CREATE TABLE blobs (
  hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  reference_count INTEGER NOT NULL DEFAULT 0 CHECK (reference_count >= 0),
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE models (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES blobs (hash),
  file_name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  opset INTEGER NOT NULL,
  producer TEXT NOT NULL,
  input_shape TEXT NOT NULL CHECK (json_valid(input_shape)),
  classes INTEGER NOT NULL,
  parameters INTEGER NOT NULL,
  macs INTEGER NOT NULL,
  layer_count INTEGER NOT NULL,
  layers TEXT NOT NULL CHECK (json_valid(layers)),
  operators TEXT NOT NULL CHECK (json_valid(operators)),
  float_operators TEXT NOT NULL CHECK (json_valid(float_operators)),
  created_at TEXT NOT NULL,
  trashed_at TEXT
) STRICT;
CREATE UNIQUE INDEX models_by_name ON models (name) WHERE trashed_at IS NULL;
CREATE INDEX models_by_hash ON models (hash);

CREATE TABLE model_tags (
  model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (model_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE datasets (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  hash TEXT NOT NULL REFERENCES blobs (hash),
  file_name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  format TEXT NOT NULL,
  samples INTEGER NOT NULL,
  shape TEXT NOT NULL CHECK (json_valid(shape)),
  element_type TEXT NOT NULL,
  layout TEXT NOT NULL,
  classes INTEGER NOT NULL,
  class_names TEXT NOT NULL CHECK (json_valid(class_names)),
  class_counts TEXT NOT NULL CHECK (json_valid(class_counts)),
  preprocessing TEXT NOT NULL CHECK (json_valid(preprocessing)),
  created_at TEXT NOT NULL,
  trashed_at TEXT
) STRICT;
CREATE UNIQUE INDEX datasets_by_name ON datasets (name) WHERE trashed_at IS NULL;
CREATE INDEX datasets_by_hash ON datasets (hash);

CREATE TABLE experiments (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  question TEXT NOT NULL,
  -- The experiment file with its defaults, factors in the order of the file.
  file TEXT NOT NULL CHECK (json_valid(file)),
  -- SHA-256 of the canonical file without its name and question.
  design_hash TEXT NOT NULL,
  created_at TEXT NOT NULL,
  started_at TEXT,
  ended_at TEXT,
  trashed_at TEXT
) STRICT;
CREATE UNIQUE INDEX experiments_by_name ON experiments (name) WHERE trashed_at IS NULL;

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'finished', 'failed', 'cancelled', 'interrupted')),
  model_id TEXT NOT NULL REFERENCES models (id),
  dataset_id TEXT NOT NULL REFERENCES datasets (id),
  samples INTEGER NOT NULL,
  calibration_dataset_id TEXT REFERENCES datasets (id),
  calibration_samples INTEGER NOT NULL,
  configuration TEXT NOT NULL CHECK (json_valid(configuration)),
  configuration_hash TEXT NOT NULL CHECK (length(configuration_hash) = 64),
  -- SHA-256 of all that decides the result: model, data, samples, calibration and configuration.
  reuse_key TEXT NOT NULL CHECK (length(reuse_key) = 64),
  arithmetic TEXT GENERATED ALWAYS AS (configuration ->> '$.arithmetic') VIRTUAL,
  weights_bits INTEGER GENERATED ALWAYS AS (configuration ->> '$.weights.bits') VIRTUAL,
  activations_bits INTEGER GENERATED ALWAYS AS (configuration ->> '$.activations.bits') VIRTUAL,
  seed INTEGER GENERATED ALWAYS AS (configuration ->> '$.seed') VIRTUAL,
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  created_at TEXT NOT NULL,
  started_at TEXT,
  ended_at TEXT,
  duration_seconds REAL,
  trashed_at TEXT
) STRICT;
CREATE INDEX runs_by_reuse_key ON runs (reuse_key);
CREATE INDEX runs_by_model ON runs (model_id);
CREATE INDEX runs_by_dataset ON runs (dataset_id);
CREATE INDEX runs_by_calibration_dataset ON runs (calibration_dataset_id);
CREATE INDEX runs_by_status ON runs (status);
CREATE INDEX runs_by_arithmetic ON runs (arithmetic);
CREATE INDEX runs_by_weights_bits ON runs (weights_bits);
CREATE INDEX runs_by_activations_bits ON runs (activations_bits);

-- Which runs answer an experiment. A run that was finished already is shared by all experiments that ask for it.
CREATE TABLE experiment_runs (
  experiment_id TEXT NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  PRIMARY KEY (experiment_id, run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX experiment_runs_by_run ON experiment_runs (run_id);

CREATE TABLE metrics (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  step INTEGER NOT NULL DEFAULT 0,
  value REAL NOT NULL,
  PRIMARY KEY (run_id, name, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX metrics_by_name ON metrics (name, step, value);

-- Parameters of quantizers. Many runs use the same ones, so they are stored once, by the SHA-256 of their JSON.
CREATE TABLE quantizers (
  hash TEXT PRIMARY KEY CHECK (length(hash) = 64),
  bits INTEGER NOT NULL,
  low INTEGER NOT NULL,
  high INTEGER NOT NULL,
  summary TEXT NOT NULL CHECK (json_valid(summary))
) STRICT;

CREATE TABLE layer_results (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  layer_index INTEGER NOT NULL,
  name TEXT NOT NULL,
  operator TEXT NOT NULL,
  fused TEXT,
  macs INTEGER NOT NULL,
  parameters INTEGER NOT NULL,
  weight_sqnr_db REAL,
  weights_quantizer TEXT REFERENCES quantizers (hash),
  output_quantizer TEXT REFERENCES quantizers (hash),
  PRIMARY KEY (run_id, layer_index)
) STRICT, WITHOUT ROWID;
CREATE INDEX layer_results_by_weights_quantizer ON layer_results (weights_quantizer);
CREATE INDEX layer_results_by_output_quantizer ON layer_results (output_quantizer);

-- Blobs of little-endian numbers: logits float32 (samples x classes), predicted classes and labels int32 (samples).
CREATE TABLE predictions (
  run_id TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  samples INTEGER NOT NULL,
  classes INTEGER NOT NULL,
  logits_hash TEXT NOT NULL REFERENCES blobs (hash),
  predicted_hash TEXT NOT NULL REFERENCES blobs (hash),
  labels_hash TEXT NOT NULL REFERENCES blobs (hash)
) STRICT;
CREATE INDEX predictions_by_logits ON predictions (logits_hash);
CREATE INDEX predictions_by_predicted ON predictions (predicted_hash);
CREATE INDEX predictions_by_labels ON predictions (labels_hash);

CREATE TABLE provenance (
  run_id TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  bitlab TEXT NOT NULL,
  node TEXT NOT NULL,
  onnx_runtime TEXT NOT NULL,
  platform TEXT NOT NULL,
  processor TEXT NOT NULL,
  threads INTEGER NOT NULL,
  model_hash TEXT NOT NULL,
  dataset_hash TEXT NOT NULL,
  calibration_hash TEXT,
  calibration_samples INTEGER NOT NULL,
  logits_hash TEXT
) STRICT;

-- Each time a run was computed again, and whether the logits were the same.
CREATE TABLE replays (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  at TEXT NOT NULL,
  same INTEGER NOT NULL CHECK (same IN (0, 1)),
  logits_hash TEXT NOT NULL
) STRICT;
CREATE INDEX replays_by_run ON replays (run_id);

CREATE TABLE run_log (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  at TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (run_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE tags (
  run_id TEXT NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  tag TEXT NOT NULL,
  PRIMARY KEY (run_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tags_by_tag ON tags (tag);

CREATE TABLE stars (
  run_id TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  starred_at TEXT NOT NULL
) STRICT;

CREATE TABLE notes (
  run_id TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  changed_at TEXT NOT NULL
) STRICT;

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL CHECK (json_valid(value))
) STRICT;

CREATE TRIGGER model_refers AFTER INSERT ON models BEGIN
  UPDATE blobs SET reference_count = reference_count + 1 WHERE hash = NEW.hash;
END;
CREATE TRIGGER model_releases AFTER DELETE ON models BEGIN
  UPDATE blobs SET reference_count = reference_count - 1 WHERE hash = OLD.hash;
END;
CREATE TRIGGER dataset_refers AFTER INSERT ON datasets BEGIN
  UPDATE blobs SET reference_count = reference_count + 1 WHERE hash = NEW.hash;
END;
CREATE TRIGGER dataset_releases AFTER DELETE ON datasets BEGIN
  UPDATE blobs SET reference_count = reference_count - 1 WHERE hash = OLD.hash;
END;
CREATE TRIGGER prediction_refers AFTER INSERT ON predictions BEGIN
  UPDATE blobs SET reference_count = reference_count + 1 WHERE hash = NEW.logits_hash;
  UPDATE blobs SET reference_count = reference_count + 1 WHERE hash = NEW.predicted_hash;
  UPDATE blobs SET reference_count = reference_count + 1 WHERE hash = NEW.labels_hash;
END;
CREATE TRIGGER prediction_releases AFTER DELETE ON predictions BEGIN
  UPDATE blobs SET reference_count = reference_count - 1 WHERE hash = OLD.logits_hash;
  UPDATE blobs SET reference_count = reference_count - 1 WHERE hash = OLD.predicted_hash;
  UPDATE blobs SET reference_count = reference_count - 1 WHERE hash = OLD.labels_hash;
END;

-- The usual pivots, for any SQLite browser.

CREATE VIEW run_table AS
SELECT
  runs.id AS run_id, models.name AS model, datasets.name AS dataset, runs.status, runs.samples, runs.arithmetic,
  runs.weights_bits, runs.activations_bits, runs.seed, top1.value AS top1, top5.value AS top5,
  runs.duration_seconds, runs.configuration_hash, runs.created_at
FROM runs
JOIN models ON models.id = runs.model_id
JOIN datasets ON datasets.id = runs.dataset_id
LEFT JOIN metrics AS top1 ON top1.run_id = runs.id AND top1.name = 'top1' AND top1.step = 0
LEFT JOIN metrics AS top5 ON top5.run_id = runs.id AND top5.name = 'top5' AND top5.step = 0
WHERE runs.trashed_at IS NULL;

-- Repeats that differ in nothing but the seed.
CREATE VIEW accuracy_over_seeds AS
SELECT
  models.name AS model, datasets.name AS dataset, runs.samples, runs.arithmetic, runs.weights_bits,
  runs.activations_bits, count(*) AS seeds, avg(metrics.value) AS mean_top1, min(metrics.value) AS lowest_top1,
  max(metrics.value) AS highest_top1, json_remove(runs.configuration, '$.seed') AS configuration_without_seed
FROM runs
JOIN models ON models.id = runs.model_id
JOIN datasets ON datasets.id = runs.dataset_id
JOIN metrics ON metrics.run_id = runs.id AND metrics.name = 'top1' AND metrics.step = 0
WHERE runs.trashed_at IS NULL AND runs.status = 'finished'
GROUP BY runs.model_id, runs.dataset_id, runs.samples, runs.calibration_dataset_id, runs.calibration_samples,
  json_remove(runs.configuration, '$.seed');

CREATE VIEW experiment_table AS
SELECT
  experiments.id AS experiment_id, experiments.name, count(runs.id) AS runs,
  sum(runs.status = 'finished') AS finished, sum(runs.status = 'failed') AS failed, experiments.created_at
FROM experiments
LEFT JOIN experiment_runs ON experiment_runs.experiment_id = experiments.id
LEFT JOIN runs ON runs.id = experiment_runs.run_id AND runs.trashed_at IS NULL
WHERE experiments.trashed_at IS NULL
GROUP BY experiments.id;

CREATE VIEW layer_table AS
SELECT
  layer_results.run_id, layer_results.layer_index, layer_results.name, layer_results.operator, layer_results.macs,
  layer_results.parameters, layer_results.weight_sqnr_db, weights.bits AS weight_bits, output.bits AS output_bits
FROM layer_results
LEFT JOIN quantizers AS weights ON weights.hash = layer_results.weights_quantizer
LEFT JOIN quantizers AS output ON output.hash = layer_results.output_quantizer;
