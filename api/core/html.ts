import sanitizeHtml from 'sanitize-html';
import { HTML_ATTRIBUTES, HTML_SCHEMES, HTML_TAGS } from '../contract/html.ts';

const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: HTML_TAGS,
  allowedAttributes: HTML_ATTRIBUTES,
  allowedSchemes: HTML_SCHEMES,
  allowedSchemesByTag: { img: ['https'] },
  nestingLimit: 100,
};

/** HTML without scripts, styles, event attributes and `javascript:` addresses. */
const sanitize = (html: string): string => sanitizeHtml(html, ALLOWED);

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

/** The words of an HTML text, with a line for each block. */
function textOf(html: string): string {
  const lines = html.replace(/<br\s*\/?>|<\/(?:p|div|li|h[1-6]|tr|blockquote|pre)>/gi, '\n');
  const text = sanitizeHtml(lines, { allowedTags: [], allowedAttributes: {} });
  return text.replace(/&(?:amp|lt|gt|quot);/g, (entity) => ENTITIES[entity]!).trim();
}

/** Plain text as HTML that shows the same. */
export function htmlOf(text: string): string {
  const escaped = text.replace(/[&<>"]/g, (sign) => Object.entries(ENTITIES).find(([, plain]) => plain === sign)![0]);
  return escaped.replace(/\r?\n/g, '<br>');
}

/**
 * The plain and the HTML form of what a caller sent. The plain form wins and comes back byte for byte; HTML alone is
 * sanitised and its text kept as the plain form. Undefined when neither was sent.
 */
export function richText(
  plain: string | null | undefined,
  html: string | null | undefined,
): { text: string; html?: string } | undefined {
  if (typeof plain === 'string') return { text: plain };
  if (typeof html !== 'string') return undefined;
  const clean = sanitize(html);
  return { text: textOf(clean), html: clean };
}

/**
 * Whom a formatted text mentions, by mail address or id in lower case. A mention is a link to somebody's address that
 * begins with @, as the tab's editor writes and shows it.
 */
export function mentionsIn(html: string | undefined): Set<string> {
  const found = new Set<string>();
  if (!html?.includes('mailto:')) return found;
  sanitizeHtml(html, {
    ...ALLOWED,
    exclusiveFilter({ tag, attribs, text }) {
      const address = /^mailto:([^?]+)/.exec(attribs.href ?? '')?.[1];
      if (tag === 'a' && address && text.trim().startsWith('@')) found.add(decoded(address).toLowerCase());
      return false;
    },
  });
  return found;
}

function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}
