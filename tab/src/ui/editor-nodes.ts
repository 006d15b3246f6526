/** What a formatted text may hold and the editor has no button for: it stays as it is when the rest is changed. */

import { Mark, mergeAttributes, Node } from '@tiptap/react';

const block = (name: string, tag: string, content: string, rest: object = {}) =>
  Node.create({
    name,
    content,
    ...rest,
    parseHTML: () => [{ tag }],
    renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
  });

const span = (name: 'colspan' | 'rowspan') => ({
  default: null,
  parseHTML: (element: HTMLElement) => element.getAttribute(name),
});

const cell = (name: string, tag: string) =>
  block(name, tag, 'block+', {
    isolating: true,
    addAttributes: () => ({ colspan: span('colspan'), rowspan: span('rowspan') }),
  });

const mark = (name: string) => Mark.create({ name, parseHTML: () => [{ tag: name }], renderHTML: () => [name, 0] });

const picture = Node.create({
  name: 'picture',
  group: 'inline',
  inline: true,
  addAttributes: () => ({ src: {}, alt: {}, width: {}, height: {} }),
  // The server keeps no other pictures.
  parseHTML: () => [{ tag: 'img[src^="https:"]' }],
  renderHTML: ({ HTMLAttributes }) => ['img', mergeAttributes(HTMLAttributes)],
});

const LEVELS = [1, 2, 3, 4, 5, 6];

export const KEPT = [
  Node.create({
    name: 'heading',
    group: 'block',
    content: 'inline*',
    addAttributes: () => ({ level: { default: 1, rendered: false } }),
    parseHTML: () => LEVELS.map((level) => ({ tag: `h${level}`, attrs: { level } })),
    renderHTML: ({ node }) => [`h${node.attrs.level}`, 0],
  }),
  Node.create({
    name: 'line',
    group: 'block',
    parseHTML: () => [{ tag: 'hr' }],
    renderHTML: () => ['hr'],
  }),
  Node.create({
    name: 'table',
    group: 'block',
    content: 'tableRow+',
    isolating: true,
    parseHTML: () => [{ tag: 'table' }],
    renderHTML: () => ['table', ['tbody', 0]],
  }),
  block('tableRow', 'tr', '(tableCell | tableHeader)*'),
  cell('tableCell', 'td'),
  cell('tableHeader', 'th'),
  picture,
  mark('sub'),
  mark('sup'),
];
