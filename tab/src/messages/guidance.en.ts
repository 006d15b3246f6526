/** The first steps of a new help desk, in English; the other languages have the same keys. */
export const en = {
  title: 'Three steps to a working help desk',
  hide: 'Hide these steps',
  done: 'done',
  count: (done: number, all: number) => `${done} of ${all}`,
  fields: {
    title: 'Name the fields',
    text: 'What must people tell you when they open a ticket?',
    action: 'Edit the form',
  },
  people: { title: 'Say who answers', text: 'Add the people who work the tickets.', action: 'Add people' },
  tryIt: { title: 'Try it', text: 'Open a first ticket yourself and see how it goes.' },
};

export type GuidanceMessages = typeof en;
