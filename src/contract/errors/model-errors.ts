import { catalogue } from './catalogue.ts';

/** What can be wrong with a model, from its bytes to its logits. */
export const modelErrors = catalogue({
  MODEL_EMPTY: {
    sentence: 'The model file {file} is empty.',
    remedy: 'Export the model again and import the new file.',
    exit: 1
  },
  MODEL_NOT_ONNX: {
    sentence: '{file} cannot be read as an ONNX model: {reason}.',
    remedy: 'Check that the file is a complete .onnx export; copy or export it again.',
    exit: 1
  },
  MODEL_TOO_LARGE: {
    sentence: 'The model file {file} has {bytes} bytes; at most {limit} can be read.',
    remedy: 'Export a smaller model, or one without embedded training state.',
    exit: 1
  },
  MODEL_EXTERNAL_DATA: {
    sentence: 'The weights of {tensor} are in another file, {location}, which cannot be read: {reason}.',
    remedy:
      'Import the model by its path, with that file in its folder, or export it with the weights inside the .onnx file.',
    exit: 1
  },
  MODEL_OUTPUT_NOT_FOUND: {
    sentence: 'The model has no output {output}; it has {outputs}.',
    remedy: 'Choose one of its outputs, or leave the choice out to take the first.',
    exit: 2
  },
  MODEL_INVALID: {
    sentence: 'The model is not valid: {reason}.',
    remedy: 'Check the export with onnx.checker and export it again.',
    exit: 1
  },
  MODEL_OPERATOR_UNSUPPORTED: {
    sentence: 'The operator {operator} (node {node}) cannot be handled.',
    remedy: '{advice}',
    exit: 1
  },
  MODEL_NO_LAYERS: {
    sentence: 'The model has no Conv, Gemm or MatMul with constant weights, so there is nothing to quantize.',
    remedy: 'Import a model with at least one such layer.',
    exit: 1
  },
  MODEL_INPUT_UNSUPPORTED: {
    sentence: 'The model input {input} is not supported: {reason}.',
    remedy:
      'Export the model with one float32 input of shape (batch, channels, height, width) and one float32 output of shape (batch, classes).',
    exit: 1
  },
  MODEL_WEIGHTS_NOT_FINITE: {
    sentence: 'The weights of {layer} contain NaN or infinity, first in {tensor} at position {index}.',
    remedy: 'Look at the end of the training, and export a checkpoint whose weights are finite.',
    exit: 1
  },
  MODEL_NOT_FINITE: {
    sentence: 'The network computes NaN or infinity, first at {layer} ({kind}).',
    remedy: 'Look at the weights and the range of that layer, and at the preprocessing of the data.',
    exit: 1
  },
  VALUES_NAN: {
    sentence: 'The values to be quantized contain NaN, first at position {index}.',
    remedy: 'Look at the weights of the model, and at the preprocessing of the data.',
    exit: 1
  },
  MODEL_NOT_FOUND: {
    sentence: 'There is no model named {name}.',
    remedy: '{suggestion}',
    exit: 2
  },
  MODEL_IN_USE: {
    sentence: 'The model {name} is used by {runs} runs.',
    remedy: 'Remove those runs first, or keep the model.',
    exit: 1
  },
  MODEL_NAME_TAKEN: {
    sentence: 'A model named {name} exists already.',
    remedy: 'Choose another name, or remove the existing model first.',
    exit: 1
  },
  MODEL_DATA_MISMATCH: {
    sentence: 'The model {model} does not fit the data set {dataset}: {reason}.',
    remedy: 'Choose a data set whose pictures and labels have the shape that the model expects.',
    exit: 1
  }
});
