/** What stands around every chart: its title, what it says in a sentence, and the same as a table. */

import { type ReactNode, useEffect, useRef } from 'react';
import { useWidth } from '../../ui/wide.ts';
import { useTexts } from './texts.ts';

interface Props {
  title: string;
  /** What the chart shows, for whoever cannot see it; also read by others. */
  summary: string;
  /** Which tickets it is of, when not of all: known to who sees the whole page. */
  only: string | undefined;
  columns: string[];
  rows: ReactNode[][];
  action?: ReactNode;
  /** The chart, for a width in pixels. */
  chart: (width: number) => ReactNode;
  isTableOpen?: boolean;
  /** There is nothing to show; the sentence says so. */
  isEmpty?: boolean;
}

export function ChartFrame({
  title,
  summary,
  only,
  columns,
  rows,
  action,
  chart,
  isTableOpen = false,
  isEmpty = false,
}: Props) {
  const t = useTexts();
  return (
    <section className="chart-frame" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {action}
      </header>
      <p className="chart-summary">
        {summary}
        {only && <span className="hidden"> {only}</span>}
      </p>
      {!isEmpty && <ChartBox title={title} chart={chart} />}
      {!isEmpty && (
        <details open={isTableOpen}>
          <summary>{t.asTable}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <section className="table-scroll" tabIndex={0} aria-label={`${title}, ${t.asTable}`}>
            <table className="report-table">
              <thead>
                <tr>
                  {columns.map((column, at) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: two columns may have one name, and none is moved
                    <th key={at} scope="col">
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and are never moved
                  <tr key={at}>
                    <th scope="row">{row[0]}</th>
                    {row.slice(1).map((value, index) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: as above
                      <td key={index}>{value}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </details>
      )}
    </section>
  );
}

/** As wide as there is room. */
function ChartBox({ title, chart }: Pick<Props, 'title' | 'chart'>) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  useEffect(() => {
    const rename = () => nameParts(box.current!, title);
    const observer = new MutationObserver(rename);
    observer.observe(box.current!, { childList: true, subtree: true, attributeFilter: ['aria-label', 'role'] });
    rename();
    return () => observer.disconnect();
  }, [title]);
  return (
    <div ref={box} className="chart-box">
      {width > 0 && chart(width)}
    </div>
  );
}

/** What the library calls a whole chart, its bars and its legend. */
const ENGLISH = /chart with \d|series and \d|^Legends$/;

/** The library names the parts of a chart in English, and makes a landmark of each: here they are what they show. */
function nameParts(box: HTMLElement, title: string): void {
  for (const part of box.querySelectorAll('svg[aria-label], g[aria-label], [role="listbox"]')) {
    const label = part.getAttribute('aria-label')!;
    const name = /^(.+), (line|category) \d+ of /.exec(label)?.[1] ?? (ENGLISH.test(label) ? title : label);
    if (label !== name) part.setAttribute('aria-label', name);
    if (part.getAttribute('role') === 'region') part.setAttribute('role', 'group');
  }
}
