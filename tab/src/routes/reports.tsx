/** The reports of a help desk, for those who work its tickets. */

import { DataTrendingRegular } from '@fluentui/react-icons';
import { Suspense } from 'react';
import { Link } from 'wouter';
import { paths } from '../address.ts';
import { useRole } from '../data.ts';
import { Reports } from '../features/reports/reports.tsx';
import { Texts, useTexts } from '../features/reports/texts.ts';
import { Empty, Loading } from '../ui/states.tsx';

export default function ReportsPage({ instanceId }: { instanceId: string }) {
  return (
    <Suspense fallback={<Loading />}>
      <Texts>
        <ForThoseWhoWork instanceId={instanceId} />
      </Texts>
    </Suspense>
  );
}

function ForThoseWhoWork({ instanceId }: { instanceId: string }) {
  const t = useTexts();
  if (useRole(instanceId) !== 'member') return <Reports instanceId={instanceId} />;
  return (
    <div className="page-center">
      <Empty icon={<DataTrendingRegular />} title={t.notForYou} text={t.notForYouText}>
        <Link href={paths.list(instanceId)}>{t.backToTickets}</Link>
      </Empty>
    </div>
  );
}
