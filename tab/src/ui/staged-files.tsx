/** Files that somebody has chosen, pasted or dropped, and that are not sent yet. */

import { Button } from '@fluentui/react-components';
import { AttachRegular, DismissRegular } from '@fluentui/react-icons';
import { useEffect, useRef, useState } from 'react';
import { tell } from '../changes.ts';
import { useFormat, useMessages } from '../i18n.tsx';
import './files.css';

const MAX_FILES = 10;
const MAX_FILE_BYTES = 25 * 1024 * 1024;

/** The chosen files, and what adds to them as far as the server takes it; `onChange` hears of each change. */
export function useStagedFiles(onChange: () => void) {
  const m = useMessages();
  const [files, setFiles] = useState<File[]>([]);
  const take = (added: File[]) => {
    const fitting = added.filter((file) => file.size <= MAX_FILE_BYTES);
    if (fitting.length < added.length) tell({ kind: 'failed', text: m.comment.tooLarge });
    if (files.length + fitting.length > MAX_FILES) tell({ kind: 'failed', text: m.comment.tooMany(MAX_FILES) });
    setFiles((before) => [...before, ...fitting].slice(0, MAX_FILES));
    onChange();
  };
  const remove = (file: File) => {
    setFiles((before) => before.filter((one) => one !== file));
    onChange();
  };
  return { files, take, remove, clear: () => setFiles([]) };
}

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
        {...(!hasWords && { 'aria-label': m.comment.attach, title: m.comment.attach })}
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
          key={`${file.name}${file.lastModified}`}
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
