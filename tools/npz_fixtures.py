"""Writes the small .npz files in test/data/npz. Needs NumPy only: python3 tools/npz_fixtures.py test/data/npz

The arrays count upwards from a first value, so that the tests need no second copy of them.
"""
import io
import sys
import zipfile
from pathlib import Path

import numpy as np

out = Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)

counting = {}
for code in ['u1', 'i1', 'u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f4', 'f8']:
    first = 250 if code == 'u1' else 0 if code[0] == 'u' else -3
    values = (np.arange(6) + first).astype(np.uint8 if code == 'u1' else np.int64)
    counting[f'little-{code}'] = values.astype(f'<{code}').reshape(2, 3)
    counting[f'big-{code}'] = values.astype(f'>{code}').reshape(2, 3)
counting['bool'] = np.array([True, False, True])
counting['scalar'] = np.array(7, np.int32)
counting['none'] = np.zeros((0, 3), np.float32)
counting['fortran'] = np.asfortranarray(np.arange(24, dtype=np.int16).reshape(2, 3, 4))
counting['a/b c.ü'] = np.arange(2, dtype=np.uint8)
np.savez(out / 'element-types.stored.npz', **counting)
np.savez_compressed(out / 'element-types.deflated.npz', **counting)

with zipfile.ZipFile(out / 'versions.npz', 'w') as archive:
    for version in [(1, 0), (2, 0), (3, 0)]:
        data = io.BytesIO()
        np.lib.format.write_array(data, np.arange(5, dtype=np.uint8), version=version)
        archive.writestr(zipfile.ZipInfo(f'version-{version[0]}.npy'), data.getvalue())

labels = np.array([0, 2, 1, 2], np.int64)
pictures = np.arange(4 * 3 * 2 * 5).astype(np.uint8).reshape(4, 3, 2, 5)
np.savez_compressed(out / 'pictures-nchw-uint8.npz', x=pictures, y=labels)
np.savez_compressed(out / 'pictures-nhwc-uint8.npz', x=pictures.transpose(0, 2, 3, 1).copy(), y=labels.astype(np.uint8))
np.savez(out / 'pictures-nhwc-float32.npz', x=np.asfortranarray(pictures.transpose(0, 2, 3, 1).astype(np.float32) / 255), y=labels.astype('>i4'))

np.savez(out / 'refused-objects.npz', x=np.array([{'a': 1}, None], dtype=object), y=labels)
np.savez(out / 'refused-structured.npz', x=np.zeros(4, [('a', 'f4'), ('b', 'i4')]), y=labels)
np.savez(out / 'refused-float16.npz', x=pictures.astype(np.float16), y=labels)
