/**
 * Part of what a quantized run is known by. It is raised by every change after which some configuration gives other results than
 * before, so that a run of an older program is not taken for what this one would compute.
 * 2: codes that enter a layer are divided by the scale as in ONNX Runtime; bias correction takes out the weights' error alone; GPTQ and
 * AdaRound make up for half of the earlier layers' error; the entropy observer no longer collapses behind a Relu.
 * 3: Pad with zeros, Expand, Tile and Resize to the nearest pass their input's quantizer on; constants that the graph computes are weights.
 */
export const computationRevision = 3;
