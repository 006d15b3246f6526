/** Files that somebody has chosen, pasted or dropped, and that are not sent yet. */

import { Button } from '@fluentui/react-components';
import { AttachRegular, DismissRegular } from '@fluentui/react-icons';
import { useEffect, useRef, useState } from 'react';
import { tell } from '../changes.ts';
import { useFormat, useMessages } from '../i18n.tsx';
import { holdPage } from '../leaving.ts';
import './files.css';

const MAX_FILES = 10;
const MAX_FILE_BYTES = 25 * 1024 * 1024;

/** The files of each draft: they last as long as the page, also while another ticket is open. */
const staged = new Map<string, File[]>();

function stage(draft: string, files: File[]): void {
  if (files.length > 0) staged.set(draft, files);
  else staged.delete(draft);
  holdPage(`files ${draft}`, files.length > 0);
}

export const forgetFiles = (draft: string): void => stage(draft, []);

/** The files of a draft, and what adds to them as far as the server takes it. */
export function useStagedFiles(draft: string) {
  const m = useMessages();
  const [files, setFiles] = useState(() => staged.get(draft) ?? []);
  const set = (next: File[]) => {
    stage(draft, next);
    setFiles(next);
  };
  const take = (added: File[]) => {
    const before = staged.get(draft) ?? [];
    const isThere = (file: File) => before.some((one) => isSame(one, file));
    const fitting = added.filter((file) => file.size <= MAX_FILE_BYTES && !isThere(file));
    if (added.some(({ size }) => size > MAX_FILE_BYTES)) tell({ kind: 'failed', text: m.comment.tooLarge });
    if (before.length + fitting.length > MAX_FILES) tell({ kind: 'failed', text: m.comment.tooMany(MAX_FILES) });
    set([...before, ...fitting].slice(0, MAX_FILES));
  };
  const remove = (file: File) => set((staged.get(draft) ?? []).filter((one) => one !== file));
  /** Shows what is staged by now, which another page may have sent. */
  const readAgain = (): File[] => {
    const now = staged.get(draft) ?? [];
    setFiles(now);
    return now;
  };
  return { files, take, remove, readAgain };
}

/** Chosen twice it is one file. Pictures from the clipboard all have the same name. */
const isSame = (left: File, right: File): boolean =>
  left.name === right.name &&
  left.size === right.size &&
  left.type === right.type &&
  left.lastModified === right.lastModified;

/** Lets somebody choose files; with its words beside the clip where there is room. */
export function AttachButton({ onFiles, hasWords = false }: { onFiles: (files: File[]) => void; hasWords?: boolean }) {
  const m = useMessages();
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button
        size="small"
        appearance="subtle"
        icon={<AttachRegular />}
        onClick={() => picker.current?.click()}
        {...(!hasWords && { title: m.comment.attach })}
      >
        {hasWords && m.comment.attach}
      </Button>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        data-testid="files"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = '';
        }}
      />
    </>
  );
}

interface ListProps {
  files: File[];
  /** The share of them that has been sent; undefined before. */
  progress: number | undefined;
  onRemove: (file: File) => void;
}

export function StagedFiles({ files, progress, onRemove }: ListProps) {
  const m = useMessages();
  if (files.length === 0) return null;
  return (
    <ul className="files" aria-label={m.comment.files}>
      {files.map((file) => (
        <StagedFile
          key={`${file.name} ${file.size} ${file.lastModified}`}
          file={file}
          progress={progress}
          onRemove={() => onRemove(file)}
        />
      ))}
    </ul>
  );
}

function StagedFile({ file, progress, onRemove }: { file: File; progress: number | undefined; onRemove: () => void }) {
  const m = useMessages();
  const format = useFormat();
  const [preview, setPreview] = useState<string>();
  useEffect(() => {
    if (!file.type.startsWith('image/')) return;
    const url = URL.createObjectURL(file);
    setPreview(url);
    return () => URL.revokeObjectURL(url);
  }, [file]);
  return (
    <li className="file">
      {preview ? <img src={preview} alt="" /> : <AttachRegular aria-hidden="true" />}
      <span className="ellipsis">{file.name}</span>
      <span className="quiet nowrap">{format.size(file.size)}</span>
      {progress === undefined ? (
        <button type="button" aria-label={m.comment.removeFile(file.name)} onClick={onRemove}>
          <DismissRegular />
        </button>
      ) : (
        <progress value={progress} aria-label={file.name} />
      )}
    </li>
  );
}
