import { Button } from '@fluentui/react-components';
import { Component, type ReactNode } from 'react';
import { useMessages } from '../i18n.tsx';
import { Empty } from './states.tsx';

/** Keeps what stands around it when a part of the page breaks, or cannot be loaded because a newer build took its place. */
export class Boundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    return this.state.error === undefined ? this.props.children : <Broken />;
  }
}

function Broken() {
  const m = useMessages();
  return (
    <div role="alert">
      <Empty title={m.error.title} text={m.error.broken}>
        <Button appearance="primary" onClick={() => location.reload()}>
          {m.error.reload}
        </Button>
      </Empty>
    </div>
  );
}
