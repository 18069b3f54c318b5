-- What quantization cost each layer, seen on calibration pictures.
CREATE TABLE layer_reports (
  run_id TEXT NOT NULL,
  layer_index INTEGER NOT NULL,
  output_sqnr_db REAL,
  weights_clipped REAL NOT NULL,
  weight_levels_used INTEGER NOT NULL,
  weight_levels INTEGER NOT NULL,
  output_clipped REAL,
  output_levels_used INTEGER,
  output_levels INTEGER,
  channel_gain_db REAL,
  PRIMARY KEY (run_id, layer_index),
  FOREIGN KEY (run_id, layer_index) REFERENCES layer_results (run_id, layer_index) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
