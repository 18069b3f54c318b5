-- What the quantizer of a layer's output loses by itself, in dB; not known of runs before this.
ALTER TABLE layer_reports ADD COLUMN activation_sqnr_db REAL;

-- The tensors of a model that are quantized, which overrides can name; not known of models before this.
ALTER TABLE models ADD COLUMN points TEXT CHECK (points IS NULL OR json_valid(points));
