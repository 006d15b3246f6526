/** A ticket on a page of its own. */

import { paths, useAddress } from '../address.ts';
import { hasBack } from '../back.ts';
import { TicketView } from '../features/ticket/ticket.tsx';

export default function TicketPage({ instanceId, ticketNo }: { instanceId: string; ticketNo: string }) {
  const { go } = useAddress();
  const close = () => {
    // Back to the list as it was, or to the usual one for whoever came here by a link.
    if (hasBack()) history.back();
    else go(paths.list(instanceId));
  };
  return <TicketView instanceId={instanceId} ticketNo={ticketNo} onClose={close} />;
}
