-- What quantizing one layer's weights, or one tensor of activations, does to a network while all else stays in float.

-- One row for all that is measured under the same conditions; asked for more bits, it gets more measures.
CREATE TABLE sensitivities (
  id TEXT PRIMARY KEY,
  status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'finished', 'failed', 'cancelled', 'interrupted')),
  model_id TEXT NOT NULL REFERENCES models (id) ON DELETE CASCADE,
  dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  samples INTEGER NOT NULL,
  calibration_dataset_id TEXT NOT NULL REFERENCES datasets (id) ON DELETE CASCADE,
  calibration_samples INTEGER NOT NULL,
  configuration TEXT NOT NULL CHECK (json_valid(configuration)),
  configuration_hash TEXT NOT NULL CHECK (length(configuration_hash) = 64),
  -- SHA-256 of all that decides a measure, but for the unit and its bits.
  reuse_key TEXT NOT NULL UNIQUE CHECK (length(reuse_key) = 64),
  bits TEXT NOT NULL CHECK (json_valid(bits)),
  subjects TEXT NOT NULL CHECK (json_valid(subjects)),
  -- Known once the model was looked at and evaluated in float.
  units TEXT CHECK (units IS NULL OR json_valid(units)),
  float_correct INTEGER,
  float_cross_entropy REAL,
  provenance TEXT CHECK (provenance IS NULL OR json_valid(provenance)),
  error TEXT CHECK (error IS NULL OR json_valid(error)),
  created_at TEXT NOT NULL,
  started_at TEXT,
  ended_at TEXT
) STRICT;
CREATE INDEX sensitivities_by_model ON sensitivities (model_id);
CREATE INDEX sensitivities_by_dataset ON sensitivities (dataset_id);
CREATE INDEX sensitivities_by_calibration_dataset ON sensitivities (calibration_dataset_id);

CREATE TABLE sensitivity_measures (
  sensitivity_id TEXT NOT NULL REFERENCES sensitivities (id) ON DELETE CASCADE,
  subject TEXT NOT NULL CHECK (subject IN ('weights', 'activations')),
  unit TEXT NOT NULL,
  bits INTEGER NOT NULL,
  correct INTEGER NOT NULL,
  cross_entropy REAL NOT NULL,
  logits_error REAL NOT NULL,
  divergence REAL NOT NULL,
  size_bits INTEGER,
  PRIMARY KEY (sensitivity_id, subject, unit, bits)
) STRICT, WITHOUT ROWID;

-- Experiments that verify bits chosen from sensitivities.
CREATE TABLE sensitivity_experiments (
  sensitivity_id TEXT NOT NULL REFERENCES sensitivities (id) ON DELETE CASCADE,
  experiment_id TEXT NOT NULL REFERENCES experiments (id) ON DELETE CASCADE,
  PRIMARY KEY (sensitivity_id, experiment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sensitivity_experiments_by_experiment ON sensitivity_experiments (experiment_id);
