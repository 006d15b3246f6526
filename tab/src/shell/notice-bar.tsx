/** What was just done, with the way back and the request that does it; for ten seconds, and longer while somebody looks. */

import { Button } from '@fluentui/react-components';
import { CodeRegular, DismissRegular } from '@fluentui/react-icons';
import { useEffect, useState } from 'react';
import { closeNotice, type Notice, notices, tell } from '../changes.ts';
import { useMyself } from '../data.ts';
import { useMessages } from '../i18n.tsx';
import { useShortcuts } from '../keyboard.ts';
import { usePreferences } from '../preferences.ts';
import { useCell } from '../store.ts';
import { curlOf } from './curl.ts';
import './notice-bar.css';

const SHOWN_MS = 10_000;

export function NoticeBar() {
  const m = useMessages();
  const all = useCell(notices);
  return (
    // A part of the page that a screen reader can go to, while there is something in it.
    <section className="notices" aria-label={all.length > 0 ? m.notice.notices : undefined}>
      {all.map((one, index) => (
        <Bar key={one.id} shown={one} isLast={index === all.length - 1} />
      ))}
    </section>
  );
}

function Bar({ shown, isLast }: { shown: Notice; isLast: boolean }) {
  const m = useMessages();
  const myself = useMyself();
  const { hasShortcuts } = usePreferences();
  const [isHeld, setHeld] = useState(false);
  const [isCopied, setCopied] = useState(false);
  const close = () => closeNotice(shown.id);
  useEffect(() => {
    // What failed stays until it was read.
    if (isHeld || shown.kind === 'failed' || shown.failures) return;
    const timer = setTimeout(() => closeNotice(shown.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isHeld, shown]);
  const undo = () => {
    close();
    void shown.undo?.();
  };
  useShortcuts({ ...(isLast && shown.undo && { 'mod+z': undo, z: undo }) }, hasShortcuts);
  const copy = async () => {
    const lines = [shown.done!].flat().map((done) => curlOf(done, myself));
    try {
      await navigator.clipboard.writeText(lines.join('\n\n'));
      setCopied(true);
    } catch {
      tell({ kind: 'failed', text: lines.join('\n\n') });
    }
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only holds the time while the pointer is over it
    <div
      className={`notice ${shown.kind}`}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        close();
      }}
      onPointerEnter={({ pointerType }) => setHeld(pointerType === 'mouse')}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <div className="notice-line">
        <span className="notice-text">{shown.text}</span>
        {shown.retry && (
          <Button
            size="small"
            appearance="primary"
            onClick={() => {
              close();
              shown.retry?.();
            }}
          >
            {m.common.tryAgain}
          </Button>
        )}
        {shown.undo && (
          <Button size="small" appearance="primary" onClick={undo}>
            {m.notice.undo}
          </Button>
        )}
        {shown.done && (
          <Button
            className="copy-curl"
            size="small"
            appearance="subtle"
            icon={<CodeRegular />}
            onClick={() => void copy()}
          >
            {isCopied ? m.notice.copied : m.notice.copyCurl}
          </Button>
        )}
        <Button
          size="small"
          appearance="subtle"
          icon={<DismissRegular />}
          aria-label={m.common.close}
          onClick={close}
        />
      </div>
      {shown.failures && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard
        <ul className="failures" tabIndex={0}>
          {shown.failures.map(({ ticketNo, title, message }) => (
            <li key={ticketNo}>
              <strong>
                #{ticketNo} <bdi>{title}</bdi>
              </strong>
              <br />
              {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
