/*
 * The one door to ONNX Runtime. Since 1.29 its published binaries report sessions and names of models to their makers,
 * with an identifier of the machine that they keep in the person's cache folder, unless the environment says otherwise
 * before the library is loaded (https://github.com/microsoft/onnxruntime/pull/27379). Nothing leaves the machine here, so
 * it is imported only after the environment says so; a plain import would come first, however the files are bundled.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';

export const ort = await import('onnxruntime-node');
