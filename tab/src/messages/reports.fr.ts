import type { ReportsMessages } from './reports.en.ts';

const isOne = (count: string): boolean => count === '0' || count === '1';
const s = (count: string): string => (isOne(count) ? '' : 's');

export const fr: ReportsMessages = {
  title: 'Rapports',
  forWhom: (from, to) =>
    `Du ${from} au ${to}. Les propriétaires et les agents voient cette page ; elle ne change rien.`,
  filter: (name, value) => `${name} : ${value}`,
  only: (parts) => `Seulement les tickets avec ${parts}.`,
  noMatch: 'Aucun ticket ne correspond au filtre',
  noMatchText:
    'Aucun n’a été créé, n’a reçu de réponse ni n’a été résolu pendant cette période, et aucun n’est ouvert maintenant. Retirez un filtre ou choisissez une autre période.',
  tooMuch: 'C’est trop pour un rapport. Choisissez une période plus courte, au plus un an, ou un filtre.',
  notForYou: 'Les rapports sont pour ceux qui traitent les tickets',
  notForYouText:
    'Votre rôle dans ce service d’assistance ne comprend pas ses rapports. Vos propres tickets sont sous « Mes tickets ».',
  backToTickets: 'Retour aux tickets',
  period: 'Période',
  periods: {
    '7': '7 derniers jours',
    '30': '30 derniers jours',
    '90': '90 derniers jours',
    month: 'Ce mois-ci',
    lastMonth: 'Le mois dernier',
    year: 'Cette année',
    own: 'Du … au …',
  },
  from: 'Premier jour',
  to: 'Dernier jour',
  day: 'Jour',
  age: 'Âge',
  state: 'État',
  tickets: 'Tickets',
  none: '–',
  nobody: 'Non renseigné',
  asTable: 'Sous forme de tableau',
  asOf: (when) => `Chiffres du ${when}. Les durées sont le temps écoulé, nuits et jours fériés compris.`,
  minutes: (minutes) => `${minutes} min`,
  hours: (hours, minutes) => (minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`),
  days: (days, hours) => (hours > 0 ? `${days} j ${hours} h` : `${days} j`),
  figures: {
    title: 'Chiffres de la période',
    created: { name: 'Créés', text: 'nouveaux tickets' },
    resolved: { name: 'Résolus', text: 'tickets menés à leur terme' },
    reopened: { name: 'Rouverts', text: 'retours de tickets' },
    firstResponse: {
      name: 'Première réponse',
      text: (p90, count) =>
        isOne(count)
          ? 'mesuré sur 1 ticket'
          : `sur ${count}, la moitié a eu une réponse plus tôt, 90 % en moins de ${p90}`,
    },
    resolution: {
      name: 'Délai de résolution',
      text: (p90, count) =>
        isOne(count)
          ? 'mesuré sur 1 ticket'
          : `sur ${count}, la moitié a été résolue plus tôt, 90 % en moins de ${p90}`,
    },
    nothingMeasured: 'rien de mesuré dans cette période',
    open: { name: 'Ouverts maintenant', text: 'tickets en attente ou en cours en ce moment' },
  },
  change: {
    more: (percent, before, days) =>
      `${percent ? `${percent} de plus` : 'plus'} que dans les ${days} jours précédents (${before})`,
    less: (percent, before, days) =>
      `${percent ? `${percent} de moins` : 'moins'} que dans les ${days} jours précédents (${before})`,
    same: (days) => `comme dans les ${days} jours précédents`,
    unknown: (days) => `rien à comparer dans les ${days} jours précédents`,
  },
  charts: {
    perDay: {
      title: 'Entrées et sorties par jour',
      summary: (created, resolved) =>
        `${created} ${isOne(created) ? 'ticket a été créé' : 'tickets ont été créés'} et ${resolved} résolu${s(resolved)}.`,
      busiest: (day, count) => `Le plus grand nombre est arrivé le ${day} : ${count}.`,
    },
    ages: {
      title: 'Tickets ouverts par âge',
      summary: (total, old) =>
        `${total} ${isOne(total) ? 'ticket est ouvert' : 'tickets sont ouverts'}, ${old} depuis une semaine ou plus.`,
    },
    states: {
      title: 'Tickets ouverts par état',
      summary: (label, count, total) => `La plupart sont à l’état « ${label} » : ${count} sur ${total}.`,
      none: 'Aucun ticket n’est ouvert.',
    },
  },
  ages: {
    '0-1': 'moins d’1 jour',
    '1-3': '1 à 3 jours',
    '3-7': '3 à 7 jours',
    '7-30': '7 à 30 jours',
    '30-': '30 jours et +',
  },
  groups: {
    titles: {
      assignee: 'Par responsable',
      priority: 'Par priorité',
      tag: 'Par étiquette',
      requestor: 'Par demandeur',
    },
    titleOf: (name) => `Par « ${name} »`,
    choose: 'Grouper par',
    by: { assignee: 'Responsable', priority: 'Priorité', tag: 'Étiquette', requestor: 'Demandeur' },
    summary: (count, first, created, resolved, open) =>
      `${count} groupe${s(count)}. En tête, ${first} : ${created} créé${s(created)}, ${resolved} résolu${s(resolved)} et ${open} ouvert${s(open)} maintenant.`,
    none: 'Aucun ticket dans cette période.',
    columns: [
      'Créés',
      'Résolus',
      'Ouverts',
      'Première réponse, la moitié en',
      '90 % en',
      'Résolution, la moitié en',
      '90 % en',
    ],
  },
  formats: { csv: 'CSV', xlsx: 'Excel' },
  download: (format) => `Télécharger en ${format}`,
  downloaded: (file) => `${file} enregistré`,
};
