/** A button that saves a file and tells of it. */

import { Button, Spinner } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { reasonOf, tell } from '../changes.ts';
import { useMessages } from '../i18n.tsx';

interface Props {
  text: string;
  /** Which file it is, for who does not see where the button stands. */
  label: string;
  size?: 'small' | 'medium';
  /** Answers what to say once the file is there. */
  save: () => Promise<string>;
}

export function DownloadButton({ text, label, size = 'medium', save }: Props) {
  const m = useMessages();
  const [isBusy, setBusy] = useState(false);
  const download = async () => {
    setBusy(true);
    try {
      tell({ kind: 'done', text: await save() });
    } catch (error) {
      tell({ kind: 'failed', text: reasonOf(error, m) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      size={size}
      icon={isBusy ? <Spinner size="extra-tiny" /> : <ArrowDownloadRegular />}
      disabledFocusable={isBusy}
      aria-label={label}
      onClick={() => void download()}
    >
      {text}
    </Button>
  );
}
