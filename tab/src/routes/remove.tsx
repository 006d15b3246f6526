/** What Teams shows when a tab is being removed. */

import { useMessages } from '../i18n.tsx';
import { Empty } from '../ui/states.tsx';

export default function RemovePage() {
  const m = useMessages();
  return (
    <main className="page-center">
      <Empty isPage title={m.config.removeTitle} text={m.config.removeText} />
    </main>
  );
}
