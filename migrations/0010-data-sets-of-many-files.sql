-- Data sets of many pictures are stored as one file. Pictures that could not be read are left out of it, and named.
ALTER TABLE datasets ADD COLUMN left_out TEXT NOT NULL DEFAULT '{"count":0,"first":[]}' CHECK (json_valid(left_out));

-- How a run's samples were drawn from its data set, {"seed": 0, "stratified": true}; NULL where they are the first.
ALTER TABLE runs ADD COLUMN draw TEXT CHECK (draw IS NULL OR json_valid(draw));

-- A blob of little-endian int32: which samples of the data set were evaluated; NULL where they are the first.
ALTER TABLE predictions ADD COLUMN drawn_hash TEXT REFERENCES blobs (hash);
CREATE INDEX predictions_by_drawn ON predictions (drawn_hash) WHERE drawn_hash IS NOT NULL;
CREATE TRIGGER prediction_draws AFTER INSERT ON predictions WHEN NEW.drawn_hash IS NOT NULL BEGIN
  UPDATE blobs SET reference_count = reference_count + 1 WHERE hash = NEW.drawn_hash;
END;
CREATE TRIGGER prediction_drops AFTER DELETE ON predictions WHEN OLD.drawn_hash IS NOT NULL BEGIN
  UPDATE blobs SET reference_count = reference_count - 1 WHERE hash = OLD.drawn_hash;
END;
