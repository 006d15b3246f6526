import type { GuidanceMessages } from './guidance.en.ts';

export const fr: GuidanceMessages = {
  title: 'Trois étapes pour un service d’assistance qui fonctionne',
  hide: 'Masquer ces étapes',
  done: 'fait',
  count: (done, all) => `${done} sur ${all}`,
  fields: {
    title: 'Nommer les champs',
    text: 'Que doit-on vous indiquer en créant un ticket ?',
    action: 'Modifier le formulaire',
  },
  people: {
    title: 'Désigner qui répond',
    text: 'Ajoutez les personnes qui traitent les tickets.',
    action: 'Ajouter des personnes',
  },
  tryIt: { title: 'Essayer', text: 'Créez vous-même un premier ticket et voyez comment cela se passe.' },
};
