/** Formatted text of somebody else, shown without whatever could act. */

import DOMPurify from 'dompurify';
import { memo } from 'react';
import { HTML_ATTRIBUTES, HTML_SCHEMES, HTML_TAGS } from '../../../api/contract/html.ts';
import './rich-text.css';

const PURIFY = {
  ALLOWED_TAGS: HTML_TAGS,
  ALLOWED_ATTR: Object.values(HTML_ATTRIBUTES).flat(),
  ALLOWED_URI_REGEXP: new RegExp(`^(?:${HTML_SCHEMES.join('|')}):`, 'i'),
};

const ADDRESS = /\bhttps?:\/\/[^\s<>"')\]]+/g;

/** Sanitises, marks mentions, makes plain addresses links, and lets every link open beside Teams. */
function prepared(html: string): string {
  const body = DOMPurify.sanitize(html, { ...PURIFY, RETURN_DOM: true }) as unknown as HTMLElement;
  for (const text of textsOf(body)) {
    if (text.parentElement?.closest('a, code, pre') || !text.data.includes('http')) continue;
    const parts = text.data.split(ADDRESS);
    const found = text.data.match(ADDRESS);
    if (!found) continue;
    text.replaceWith(
      ...parts.flatMap((part, index) => {
        if (index >= found.length) return [part];
        const link = document.createElement('a');
        link.href = found[index]!;
        link.textContent = found[index]!;
        return [part, link];
      }),
    );
  }
  for (const link of body.querySelectorAll('a')) {
    const isMention = link.getAttribute('href')?.startsWith('mailto:') && link.textContent?.startsWith('@');
    if (isMention) link.className = 'mention';
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  return body.innerHTML;
}

function textsOf(root: Node): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  return texts;
}

export const RichText = memo(function RichText({ html }: { html: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: sanitised the line before
  return <div className="rich-text" dir="auto" dangerouslySetInnerHTML={{ __html: prepared(html) }} />;
});
