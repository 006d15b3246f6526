/** What a page shows when it has nothing to show: each says what to do next. */

import { Button, Spinner } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { reasonOf } from '../changes.ts';
import { useMessages } from '../i18n.tsx';
import './states.css';

interface EmptyProps {
  icon?: ReactNode;
  title: string;
  text?: string | undefined;
  /** There is nothing else on the page. */
  isPage?: boolean;
  children?: ReactNode;
}

/** Nothing here, and the way on. */
export function Empty({ icon, title, text, isPage = false, children }: EmptyProps) {
  const Heading = isPage ? 'h1' : 'h2';
  return (
    <div className="empty">
      {icon && (
        <span className="empty-icon" aria-hidden="true">
          {icon}
        </span>
      )}
      <Heading>{title}</Heading>
      {text && <p>{text}</p>}
      {children && <div className="empty-actions">{children}</div>}
    </div>
  );
}

interface FailedProps {
  error: unknown;
  retry?: (() => void) | undefined;
  /** There is nothing else on the page. */
  isPage?: boolean;
  children?: ReactNode;
}

/** Something went wrong: why, and once more. */
export function Failed({ error, retry, isPage = false, children }: FailedProps) {
  const m = useMessages();
  return (
    <div role="alert">
      <Empty isPage={isPage} title={m.error.title} text={reasonOf(error, m)}>
        {retry && (
          <Button appearance="primary" onClick={() => retry()}>
            {m.common.tryAgain}
          </Button>
        )}
        {children}
      </Empty>
    </div>
  );
}

/** Shown only after a moment, so that what is quick does not flicker. */
export function Loading() {
  const m = useMessages();
  return (
    <div className="loading">
      <Spinner size="small" label={m.common.loading} />
    </div>
  );
}
