/** Taking everything out, and taking a person out of everything. */

import type { Collection } from '../../../../api/contract/exports.ts';
import { saveFile } from '../../save-file.ts';
import { DownloadButton } from '../../ui/download-button.tsx';
import { ErasePerson } from './erase-person.tsx';
import { Group, Page } from './parts.tsx';
import { useTexts } from './texts.ts';
import './data.css';

const COLLECTIONS = ['tickets', 'activities', 'attachments'] as const satisfies readonly Collection[];
const FORMATS = ['csv', 'jsonl'] as const;

export function DataPage({ instanceId }: { instanceId: string }) {
  const t = useTexts();
  const save = async (collection: Collection, format: string) => {
    const filename = `${collection}.${format}`;
    await saveFile(instanceId, `/exports/${collection}?format=${format}`, filename);
    return t.data.saved(filename);
  };
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
                  <DownloadButton
                    key={format}
                    size="small"
                    text={t.data.formats[format]}
                    label={t.data.exportAs(t.data.collections[collection].name, t.data.formats[format])}
                    save={() => save(collection, format)}
                  />
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
