import { Button } from '@fluentui/react-components';
import { Component, type ReactNode } from 'react';
import { useMessages } from '../i18n.tsx';
import { isLive } from '../shell/signals.ts';
import { useCell } from '../store.ts';
import { Empty } from './states.tsx';

interface Props {
  /** What is broken is tried again when one of these changes. */
  retryOn?: readonly unknown[];
  children: ReactNode;
}

/** Keeps what stands around it when a part of the page breaks, or cannot be loaded because a newer build took its place. */
export class Boundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate({ retryOn: before }: Props) {
    const isOther = this.props.retryOn?.some((value, index) => value !== before?.[index]);
    if (isOther && this.state.error !== undefined) this.setState({ error: undefined });
  }

  override render() {
    return this.state.error === undefined ? this.props.children : <Broken />;
  }
}

function Broken() {
  const m = useMessages();
  const isOffline = useCell(isLive) === 'offline';
  return (
    <div role="alert">
      <Empty title={m.error.title} text={isOffline ? m.error.offline : m.error.broken}>
        {!isOffline && (
          <Button appearance="primary" onClick={() => location.reload()}>
            {m.error.reload}
          </Button>
        )}
      </Empty>
    </div>
  );
}
