import type { GuidanceMessages } from './guidance.en.ts';

export const de: GuidanceMessages = {
  title: 'Drei Schritte zum fertigen Helpdesk',
  hide: 'Diese Schritte ausblenden',
  done: 'erledigt',
  count: (done, all) => `${done} von ${all}`,
  fields: {
    title: 'Felder benennen',
    text: 'Was müssen Sie wissen, wenn jemand ein Ticket erstellt?',
    action: 'Formular bearbeiten',
  },
  people: {
    title: 'Festlegen, wer antwortet',
    text: 'Fügen Sie die Personen hinzu, die Tickets bearbeiten.',
    action: 'Personen hinzufügen',
  },
  tryIt: { title: 'Ausprobieren', text: 'Erstellen Sie selbst ein erstes Ticket und sehen Sie, wie es läuft.' },
};
