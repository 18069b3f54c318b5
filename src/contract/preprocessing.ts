import { z } from 'zod';

const extent = z.int().min(1).max(4096);

/**
 * What is done to a picture before the network sees it, in this order: channels, resize, centre crop, then
 * value = (x * scale - mean[channel]) / std[channel], where a mean or std of length 1 stands for every channel.
 * What is left out is not done. It decides results, so it is part of what runs are known by.
 */
export const Preprocessing = z.strictObject({
  scale: z.number().positive().default(1),
  mean: z.array(z.number()).min(1).default([0]),
  std: z.array(z.number().positive()).min(1).default([1]),
  /**
   * The channels that the network takes. `rgb` and `bgr` make three of a grey picture; `grey` is PIL's luma, and leaves grey
   * pictures alone. Without it arrays stay as they are stored, and picture files become rgb.
   */
  channels: z.enum(['rgb', 'bgr', 'grey']).optional(),
  /** torchvision's Resize of PIL pictures, always antialiased: the shorter side, or height and width. */
  resize: z
    .strictObject({
      size: z.union([extent, z.tuple([extent, extent])]),
      filter: z.enum(['bilinear', 'bicubic']).default('bilinear')
    })
    .optional(),
  /** torchvision's CenterCrop: height and width, or both at once. What is smaller is padded with zeros. */
  centreCrop: z.union([extent, z.tuple([extent, extent])]).optional()
});

export type Preprocessing = z.infer<typeof Preprocessing>;

interface NamedPreprocessing {
  readonly label: string;
  readonly preprocessing: Preprocessing;
}

const imagenet = { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

export const preprocessingPresetNames = [
  'none',
  'unit',
  'imagenet',
  'imagenet-pixels',
  'cifar10',
  'cifar100',
  'mnist'
] as const;

export type PreprocessingPresetName = (typeof preprocessingPresetNames)[number];

/** What networks are usually trained with; the numbers are those of torchvision's references and of its usual examples. */
export const preprocessingPresets: Readonly<Record<PreprocessingPresetName, NamedPreprocessing>> = {
  none: { label: 'Pixels as they are (scale 1)', preprocessing: { scale: 1, mean: [0], std: [1] } },
  unit: { label: 'Pixels from 0 to 1 (scale 1/255)', preprocessing: { scale: 1 / 255, mean: [0], std: [1] } },
  imagenet: {
    label: 'ImageNet: resize to 256, crop to 224, mean and deviation',
    preprocessing: {
      ...imagenet,
      channels: 'rgb',
      resize: { size: 256, filter: 'bilinear' },
      centreCrop: 224
    }
  },
  'imagenet-pixels': { label: 'ImageNet’s mean and deviation only', preprocessing: imagenet },
  cifar10: {
    label: 'CIFAR-10’s mean and deviation',
    preprocessing: { scale: 1 / 255, mean: [0.4914, 0.4822, 0.4465], std: [0.247, 0.2435, 0.2616] }
  },
  cifar100: {
    label: 'CIFAR-100’s mean and deviation',
    preprocessing: { scale: 1 / 255, mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] }
  },
  mnist: {
    label: 'MNIST’s mean and deviation',
    preprocessing: { scale: 1 / 255, mean: [0.1307], std: [0.3081] }
  }
};

/** Height and width of an extent that stands for both, or for each. */
export const heightAndWidth = (size: number | readonly [number, number]): [height: number, width: number] =>
  typeof size === 'number' ? [size, size] : [size[0], size[1]];

/** What torchvision's Resize makes of a picture: the shorter side becomes `size`, the longer one is cut to whole pixels. */
export function resizedShape(
  height: number,
  width: number,
  size: number | readonly [number, number]
): [height: number, width: number] {
  if (typeof size !== 'number') return [size[0], size[1]];
  return height <= width
    ? [size, Math.trunc((size * width) / height)]
    : [Math.trunc((size * height) / width), size];
}

/** Channels, height and width of what the network sees of a picture. @param shape of the picture as it is stored */
export function preprocessedShape(
  [channels, height, width]: readonly [number, number, number],
  { channels: order, resize, centreCrop }: Preprocessing
): [channels: number, height: number, width: number] {
  const made = order === undefined ? channels : order === 'grey' ? 1 : 3;
  if (centreCrop !== undefined) return [made, ...heightAndWidth(centreCrop)];
  return [
    made,
    ...(resize === undefined ? ([height, width] as const) : resizedShape(height, width, resize.size))
  ];
}
