/** What is shown in place of a part that broke or could not be loaded; what stands around it stays. */

import { Button } from '@fluentui/react-components';
import { Component, type ReactNode, useEffect, useRef, useState } from 'react';
import { useMessages } from '../i18n.tsx';
import { isLive } from '../signals.ts';
import { useCell } from '../store.ts';
import { type Absence, NotLoaded, reasonOfAbsence, tryAgain } from './lazily.tsx';
import { Empty, Loading } from './states.tsx';
import './boundary.css';

interface Props {
  /** What is broken is tried again when one of these changes. */
  retryOn?: readonly unknown[];
  /** Given where the part is a dialog: then a dialog says so, and this closes it. */
  onClose?: () => void;
  /** There is nothing else on the page. */
  isPage?: boolean;
  /** Nobody has asked for the part, and nobody needs to hear that it is missing. */
  isSilent?: boolean;
  children: ReactNode;
}

interface State {
  error: unknown;
  tries: number;
}

export class Boundary extends Component<Props, State> {
  override state: State = { error: undefined, tries: 0 };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate({ retryOn: before }: Props) {
    const isOther = this.props.retryOn?.some((value, index) => value !== before?.[index]);
    if (isOther && this.state.error !== undefined) this.retry();
  }

  override componentWillUnmount() {
    // Whoever comes back to it asks for it once more.
    if (this.state.error !== undefined) tryAgain();
  }

  retry = () => {
    tryAgain();
    this.setState(({ tries }) => ({ error: undefined, tries: tries + 1 }));
  };

  override render() {
    const { error, tries } = this.state;
    const { children, onClose, isPage = false, isSilent } = this.props;
    if (error === undefined) return children;
    if (isSilent) return null;
    const isLoadable = error instanceof NotLoaded;
    return isLoadable ? (
      <Absent tries={tries} retry={this.retry} isPage={isPage} onClose={onClose} />
    ) : (
      <Broken isPage={isPage} onClose={onClose} />
    );
  }
}

const reload = () => location.reload();

interface PartProps {
  isPage: boolean;
  onClose: Props['onClose'];
}

function Broken(part: PartProps) {
  const m = useMessages();
  return (
    <Said title={m.error.title} text={m.error.broken} {...part}>
      <Button appearance="primary" onClick={reload}>
        {m.error.reload}
      </Button>
    </Said>
  );
}

/** How long the sentence can be read before the page is loaded anew. */
const READING_MS = 2000;
/** A page that was loaded anew and within this time finds itself old again leaves it to the person. */
const SETTLING_MS = 60_000;

function Absent({ tries, retry, ...part }: PartProps & { tries: number; retry: () => void }) {
  const m = useMessages();
  const [reason, setReason] = useState<Absence>();
  useEffect(() => {
    void reasonOfAbsence().then(setReason);
  }, []);
  const live = useCell(isLive);
  const before = useRef(live);
  useEffect(() => {
    if (before.current === 'offline' && live === 'live') retry();
    before.current = live;
  }, [live, retry]);
  const isDialog = part.onClose !== undefined;
  useEffect(() => {
    if (reason !== 'newer' || isDialog) return;
    const [loading] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    if (loading?.type === 'reload' && performance.now() < SETTLING_MS) return;
    const timer = setTimeout(reload, READING_MS);
    return () => clearTimeout(timer);
  }, [reason, isDialog]);
  if (reason === undefined) return <Loading />;
  const text = reason === 'unknown' ? m.error.notLoaded : m.error[reason];
  // Some browsers remember for good what they could not load.
  const isReloadOffered = reason === 'newer' || (reason === 'unknown' && tries > 0);
  return (
    <Said title={reason === 'newer' ? m.error.newerTitle : m.error.title} text={text} {...part}>
      {isReloadOffered ? (
        <Button appearance="primary" onClick={reload}>
          {m.error.reload}
        </Button>
      ) : (
        <Button appearance="primary" onClick={retry}>
          {m.common.tryAgain}
        </Button>
      )}
    </Said>
  );
}

interface SaidProps extends PartProps {
  title: string;
  text: string;
  children: ReactNode;
}

function Said({ title, text, isPage, onClose, children }: SaidProps) {
  const m = useMessages();
  if (!onClose) {
    return (
      <div role="alert">
        <Empty isPage={isPage} title={title} text={text}>
          {children}
        </Empty>
      </div>
    );
  }
  return (
    // The browser's own, for it is needed on every page and most people never see it.
    <dialog
      ref={(dialog) => {
        if (dialog && !dialog.open) dialog.showModal();
      }}
      role="alertdialog"
      className="said"
      aria-labelledby="said-title"
      onCancel={onClose}
    >
      <h2 id="said-title">{title}</h2>
      <p>{text}</p>
      <div className="said-actions">
        <Button onClick={onClose}>{m.common.close}</Button>
        {children}
      </div>
    </dialog>
  );
}
