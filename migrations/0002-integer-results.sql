-- How the sums of each layer fared in integer arithmetic, and what computed a run's layers.
CREATE TABLE integer_results (
  run_id TEXT NOT NULL,
  layer_index INTEGER NOT NULL,
  accumulator_bits INTEGER NOT NULL,
  overflows INTEGER,
  overflow_share REAL,
  worst_case_bits INTEGER NOT NULL,
  data_bits INTEGER,
  a2q_margin_bits REAL,
  bias_error REAL,
  bias_error_codes REAL,
  PRIMARY KEY (run_id, layer_index),
  FOREIGN KEY (run_id, layer_index) REFERENCES layer_results (run_id, layer_index) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Until now ONNX Runtime computed every layer.
ALTER TABLE provenance ADD COLUMN kernels TEXT NOT NULL DEFAULT 'onnxruntime'
  CHECK (kernels IN ('onnxruntime', 'bitlab'));
