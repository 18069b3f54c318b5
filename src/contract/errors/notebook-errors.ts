import { catalogue } from './catalogue.ts';

/** What can be wrong with the notebook, its files and its hosts. */
export const notebookErrors = catalogue({
  FILE_NOT_FOUND: {
    sentence: 'The file {file} does not exist or cannot be read.',
    remedy: 'Check the path and the permissions.',
    exit: 2
  },
  FILE_NOT_ALLOWED: {
    sentence: 'The file {file} may not be read from here.',
    remedy: 'Upload the file instead, or import it with the command line.',
    exit: 1
  },
  FILE_KIND_UNKNOWN: {
    sentence: 'Nothing imports {files}.',
    remedy: 'Drop files that end in {known}; the screens Models and Data say what each has to hold.',
    exit: 2
  },
  TRASH_ITEM_MISSING: {
    sentence: '{name} is not in the trash any more.',
    remedy: 'It was restored already, or the trash was emptied. A backup may have it.',
    exit: 1
  },
  EXPORT_RECORD_INVALID: {
    sentence: '{file} is no record of an export.',
    remedy: 'Name the file that ends in .bitlab.json beside the exported one.',
    exit: 2
  },
  FILE_NOT_WRITTEN: {
    sentence: 'The file {file} cannot be written: {reason}.',
    remedy: 'Choose another place, or free some space there.',
    exit: 1
  },
  UPLOAD_TOO_LARGE: {
    sentence: 'The file {file} is larger than the {limit} bytes that can be uploaded.',
    remedy: 'Import it with the command line: bitlab model add FILE, or bitlab dataset add FILE.',
    exit: 1
  },
  UPLOAD_NOT_FOUND: {
    sentence: 'The uploaded file {file} is not there any more.',
    remedy: 'Choose the file again.',
    exit: 1
  },
  ACCESS_DENIED: {
    sentence: 'This request was refused: {reason}.',
    remedy: 'Open the address that Bitlab printed when it started, with its token.',
    exit: 1
  },
  INTERFACE_MISSING: {
    sentence: 'The interface has not been built, so there is nothing to show in {folder}.',
    remedy: 'Run: npm run build.',
    exit: 1
  },
  KERNELS_MISSING: {
    sentence: 'The compiled kernels {file} are missing, so nothing can be computed.',
    remedy: 'Run: npm run kernels; install Bitlab again where it was installed without its sources.',
    exit: 1
  },
  NOTEBOOK_NEWER: {
    sentence: 'The notebook was written by a newer Bitlab (schema {found}, this program knows {known}).',
    remedy: 'Open it with the newer program; nothing was changed.',
    exit: 1
  },
  NOTEBOOK_FOREIGN: {
    sentence: '{file} is not a Bitlab notebook.',
    remedy: 'Choose another folder with --notebook.',
    exit: 1
  },
  NOTEBOOK_DAMAGED: {
    sentence: 'The notebook is damaged: {reason}.',
    remedy: 'Restore a backup with: bitlab restore FILE.',
    exit: 1
  },
  NOTEBOOK_IN_USE: {
    sentence: 'Another Bitlab (process {process}) has the notebook {folder} open.',
    remedy: 'Close it first, or choose another folder with --notebook.',
    exit: 1
  },
  NOTEBOOK_FOLDER: {
    sentence: 'The notebook folder {folder} cannot be used: {reason}.',
    remedy: 'Choose a folder that can be written, with --notebook.',
    exit: 1
  },
  BLOB_MISSING: {
    sentence: 'The stored file {hash} is missing or does not match its hash.',
    remedy: 'Run bitlab verify to see what is affected, and restore a backup.',
    exit: 1
  },
  RUNNER_CRASHED: {
    sentence: 'The computing process ended unexpectedly ({reason}).',
    remedy: 'The run can be resumed; if it happens again, use fewer samples or a smaller model.',
    exit: 1
  },
  RUN_CANCELLED: {
    sentence: 'The run was cancelled.',
    remedy: 'Resume the experiment to compute it.',
    exit: 1
  },
  REQUEST_INVALID: {
    sentence: 'The request {method} is not valid: {reason}.',
    remedy: 'Reload the window; if it happens again, report it with the log.',
    exit: 2
  },
  HOST_UNREACHABLE: {
    sentence: 'The notebook does not answer.',
    remedy: 'Check that Bitlab is still running (npm start), then try again.',
    exit: 1
  },
  METHOD_UNKNOWN: {
    sentence: 'There is no method {method}.',
    remedy: 'Reload the window so that it matches the program.',
    exit: 2
  },
  USAGE: {
    sentence: '{reason}.',
    remedy: 'See bitlab --help.',
    exit: 2
  },
  CONFORMANCE_UNREADABLE: {
    sentence: 'The records to compare with cannot be used: {reason}.',
    remedy: 'Write the folder again with: python3 tools/torch_golden.py DIR.',
    exit: 2
  },
  CONFORMANCE_FAILED: {
    sentence: '{failed} of {total} records differ from PyTorch.',
    remedy: 'The first difference is printed above; please report it with the PyTorch version.',
    exit: 1
  },
  REPLAY_DIFFERS: {
    sentence: 'The replay of run {id} gave other logits ({found}) than were recorded ({recorded}).',
    remedy: 'Compare the versions and the processor that the run recorded with those of this machine.',
    exit: 1
  },
  INTERNAL: {
    sentence: 'Something went wrong inside Bitlab: {reason}.',
    remedy: 'Please report it with the steps that led here.',
    exit: 1
  }
});
