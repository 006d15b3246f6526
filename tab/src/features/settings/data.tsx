/** Taking everything out, and taking a person out of everything. */

import { Button, Spinner } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import type { Collection } from '../../../../api/contract/exports.ts';
import { reasonOf, tell } from '../../changes.ts';
import { useMessages } from '../../i18n.tsx';
import { saveFile } from '../../save-file.ts';
import { ErasePerson } from './erase-person.tsx';
import { Group, Page } from './parts.tsx';
import { useTexts } from './texts.ts';
import './data.css';

const COLLECTIONS = ['tickets', 'activities', 'attachments'] as const satisfies readonly Collection[];
const FORMATS = ['csv', 'jsonl'] as const;

export function DataPage({ instanceId }: { instanceId: string }) {
  const t = useTexts();
  return (
    <Page page="data">
      <Group title={t.data.export} text={t.data.exportText}>
        <ul className="plain-list exports">
          {COLLECTIONS.map((collection) => (
            <li key={collection}>
              <span className="export-lines">
                <strong>{t.data.collections[collection].name}</strong>
                <span className="quiet">{t.data.collections[collection].text}</span>
              </span>
              <span className="settings-row">
                {FORMATS.map((format) => (
                  <ExportButton key={format} instanceId={instanceId} collection={collection} format={format} />
                ))}
              </span>
            </li>
          ))}
        </ul>
      </Group>
      <Group title={t.erase.title} text={t.erase.text}>
        <ErasePerson instanceId={instanceId} />
      </Group>
    </Page>
  );
}

function ExportButton({
  instanceId,
  collection,
  format,
}: {
  instanceId: string;
  collection: Collection;
  format: (typeof FORMATS)[number];
}) {
  const m = useMessages();
  const t = useTexts();
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await saveFile(instanceId, `/exports/${collection}?format=${format}`, `${collection}.${format}`);
      tell({ kind: 'done', text: t.data.saved(`${collection}.${format}`) });
    } catch (error) {
      tell({ kind: 'failed', text: reasonOf(error, m) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      size="small"
      icon={isBusy ? <Spinner size="extra-tiny" /> : <ArrowDownloadRegular />}
      disabled={isBusy}
      aria-label={t.data.exportAs(t.data.collections[collection].name, t.data.formats[format])}
      onClick={() => void save()}
    >
      {t.data.formats[format]}
    </Button>
  );
}
