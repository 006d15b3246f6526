import type { GuidanceMessages } from './guidance.en.ts';

export const fr: GuidanceMessages = {
  title: 'Trois étapes pour un support qui fonctionne',
  hide: 'Masquer ces étapes',
  done: 'fait',
  count: (done, all) => `${done} sur ${all}`,
  fields: {
    title: 'Nommez les champs',
    text: 'Que faut-il vous dire en ouvrant un ticket ?',
    action: 'Modifier le formulaire',
  },
  people: {
    title: 'Dites qui répond',
    text: 'Ajoutez les personnes qui traitent les tickets.',
    action: 'Ajouter des personnes',
  },
  tryIt: { title: 'Essayez', text: 'Ouvrez vous-même un premier ticket et voyez comment cela se passe.' },
};
