/** A publication, as BibTeX has it. */
export interface Citation {
  readonly key: string;
  readonly type: 'inproceedings' | 'article' | 'misc' | 'manual';
  readonly fields: Readonly<Record<string, string>>;
}

/** What is to be cited for a method, by its name in configurations and in the program's statistics. */
export const citations = {
  integer: {
    key: 'jacob2018quantization',
    type: 'inproceedings',
    fields: {
      author:
        'Jacob, Benoit and Kligys, Skirmantas and Chen, Bo and Zhu, Menglong and Tang, Matthew and Howard, Andrew and Adam, Hartwig and Kalenichenko, Dmitry',
      title: 'Quantization and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference',
      booktitle: 'Proceedings of the IEEE Conference on Computer Vision and Pattern Recognition (CVPR)',
      year: '2018'
    }
  },
  pytorch: {
    key: 'paszke2019pytorch',
    type: 'inproceedings',
    fields: {
      author: 'Paszke, Adam and Gross, Sam and Massa, Francisco and others',
      title: '{PyTorch}: An Imperative Style, High-Performance Deep Learning Library',
      booktitle: 'Advances in Neural Information Processing Systems 32',
      year: '2019'
    }
  },
  onnxruntime: {
    key: 'onnxruntime',
    type: 'misc',
    fields: {
      author: '{ONNX Runtime developers}',
      title: '{ONNX Runtime}',
      howpublished: '\\url{https://onnxruntime.ai/}'
    }
  },
  equalization: {
    key: 'nagel2019datafree',
    type: 'inproceedings',
    fields: {
      author: 'Nagel, Markus and van Baalen, Mart and Blankevoort, Tijmen and Welling, Max',
      title: 'Data-Free Quantization Through Weight Equalization and Bias Correction',
      booktitle: 'Proceedings of the IEEE/CVF International Conference on Computer Vision (ICCV)',
      year: '2019'
    }
  },
  adaround: {
    key: 'nagel2020adaround',
    type: 'inproceedings',
    fields: {
      author:
        'Nagel, Markus and Amjad, Rana Ali and van Baalen, Mart and Louizos, Christos and Blankevoort, Tijmen',
      title: 'Up or Down? {Adaptive} Rounding for Post-Training Quantization',
      booktitle: 'Proceedings of the 37th International Conference on Machine Learning (ICML)',
      year: '2020'
    }
  },
  gptq: {
    key: 'frantar2023gptq',
    type: 'inproceedings',
    fields: {
      author: 'Frantar, Elias and Ashkboos, Saleh and Hoefler, Torsten and Alistarh, Dan',
      title: '{GPTQ}: Accurate Post-Training Quantization for Generative Pre-trained Transformers',
      booktitle: 'International Conference on Learning Representations (ICLR)',
      year: '2023'
    }
  },
  apot: {
    key: 'li2020apot',
    type: 'inproceedings',
    fields: {
      author: 'Li, Yuhang and Dong, Xin and Wang, Wei',
      title:
        'Additive Powers-of-Two Quantization: An Efficient Non-uniform Discretization for Neural Networks',
      booktitle: 'International Conference on Learning Representations (ICLR)',
      year: '2020'
    }
  },
  float: {
    key: 'rouhani2023microscaling',
    type: 'misc',
    fields: {
      author: '{Open Compute Project}',
      title: '{OCP} Microscaling Formats ({MX}) Specification, Version 1.0',
      year: '2023'
    }
  },
  mse: {
    key: 'li2021brecq',
    type: 'inproceedings',
    fields: {
      author:
        'Li, Yuhang and Gong, Ruihao and Tan, Xu and Yang, Yang and Hu, Peng and Zhang, Qi and Yu, Fengwei and Wang, Wei and Gu, Shi',
      title: '{BRECQ}: Pushing the Limit of Post-Training Quantization by Block Reconstruction',
      booktitle: 'International Conference on Learning Representations (ICLR)',
      year: '2021'
    }
  },
  'output-error': {
    key: 'nahshan2021lapq',
    type: 'article',
    fields: {
      author:
        'Nahshan, Yury and Chmiel, Brian and Baskin, Chaim and Zheltonozhskii, Evgenii and Banner, Ron and Bronstein, Alex M. and Mendelson, Avi',
      title: 'Loss Aware Post-Training Quantization',
      journal: 'Machine Learning',
      volume: '110',
      year: '2021'
    }
  },
  percentile: {
    key: 'wu2020integer',
    type: 'misc',
    fields: {
      author: 'Wu, Hao and Judd, Patrick and Zhang, Xiaojie and Isaev, Mikhail and Micikevicius, Paulius',
      title: 'Integer Quantization for Deep Learning Inference: Principles and Empirical Evaluation',
      howpublished: 'arXiv:2004.09602',
      year: '2020'
    }
  },
  entropy: {
    key: 'migacz2017int8',
    type: 'misc',
    fields: {
      author: 'Migacz, Szymon',
      title: '8-bit Inference with {TensorRT}',
      howpublished: 'GPU Technology Conference (GTC)',
      year: '2017'
    }
  },
  wilson: {
    key: 'wilson1927probable',
    type: 'article',
    fields: {
      author: 'Wilson, Edwin B.',
      title: 'Probable Inference, the Law of Succession, and Statistical Inference',
      journal: 'Journal of the American Statistical Association',
      volume: '22',
      number: '158',
      pages: '209--212',
      year: '1927'
    }
  }
} as const satisfies Record<string, Citation>;

export type CitedMethod = keyof typeof citations;

/** The publications as a BibTeX file, in the order of their keys. */
export function bibliography(cited: readonly Citation[]): string {
  const unique = new Map(cited.map((citation) => [citation.key, citation]));
  return [...unique.values()]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, type, fields }) => {
      const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}}`);
      return `@${type}{${key},\n${lines.join(',\n')}\n}\n`;
    })
    .join('\n');
}
