import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from '../helpers/browser.ts';
import { allCards, USUAL } from './sample-cards.ts';

/**
 * Pictures of every card, in the light and in the dark, drawn by Microsoft's own renderer in a real browser: for people
 * to look at. `node test/bot/pictures.ts <folder> [language]`
 */

const [folder = '/tmp/cards', language = 'en'] = process.argv.slice(2);

const THEMES = {
  light: {
    page: '#f5f5f5',
    back: '#ffffff',
    text: '#242424',
    subtle: '#616161',
    accent: '#5b5fc7',
    good: '#0e700e',
    warning: '#8a5700',
    attention: '#c50f1f',
    emphasis: '#f0f0f0',
    goodBack: '#e7f2da',
    attentionBack: '#fdf3f4',
  },
  dark: {
    page: '#1f1f1f',
    back: '#292929',
    text: '#ffffff',
    subtle: '#adadad',
    accent: '#9299f7',
    good: '#54b054',
    warning: '#faa06b',
    attention: '#e37d80',
    emphasis: '#333333',
    goodBack: '#052505',
    attentionBack: '#3f1011',
  },
};
type Theme = (typeof THEMES)['light'];

function hostConfig(theme: Theme) {
  const both = (color: string, subtle = color) => ({ default: color, subtle });
  const colours = {
    default: both(theme.text, theme.subtle),
    accent: both(theme.accent),
    good: both(theme.good),
    warning: both(theme.warning),
    attention: both(theme.attention),
    dark: both(theme.text, theme.subtle),
    light: both(theme.text, theme.subtle),
  };
  const style = (backgroundColor: string) => ({ backgroundColor, foregroundColors: colours });
  return {
    fontFamily: 'Segoe UI, DejaVu Sans, sans-serif',
    fontSizes: { small: 12, default: 14, medium: 16, large: 18, extraLarge: 24 },
    spacing: { small: 4, default: 8, medium: 12, large: 16, extraLarge: 20, padding: 12 },
    supportsInteractivity: true,
    actions: {
      maxActions: 6,
      buttonSpacing: 8,
      showCard: { actionMode: 'inline', inlineTopMargin: 8, style: 'emphasis' },
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
    },
    containerStyles: {
      default: style(theme.back),
      emphasis: style(theme.emphasis),
      good: style(theme.goodBack),
      attention: style(theme.attentionBack),
      warning: style(theme.attentionBack),
      accent: style(theme.emphasis),
    },
  };
}

mkdirSync(folder, { recursive: true });
const browser = await openBrowser();
for (const [name, theme] of Object.entries(THEMES)) {
  const page = await browser.newPage({ viewport: { width: 520, height: 400 }, colorScheme: name as 'light' | 'dark' });
  await page.setContent(`<style>
    body { background: ${theme.page}; padding: 12px; color-scheme: ${name} }
    #card { background: ${theme.back}; border-radius: 6px; border: 1px solid ${theme.subtle}55 }
    button { border: 1px solid ${theme.subtle}; border-radius: 4px; padding: 6px 12px; background: ${theme.back}; color: ${theme.text}; font-weight: 600 }
    button.style-positive { background: ${theme.accent}; color: ${theme.back} }
    input, textarea, select { box-sizing: border-box; width: 100%; padding: 6px; background: ${theme.emphasis}; color: ${theme.text}; border: 1px solid ${theme.subtle} }
    input[type=checkbox], input[type=radio] { width: auto }
  </style><div id="card"></div>`);
  await page.addScriptTag({ path: 'node_modules/adaptivecards/dist/adaptivecards.min.js' });
  for (const [kind, make] of Object.entries(allCards(language as 'en', USUAL))) {
    await page.evaluate(
      ([card, config]) => {
        const { AdaptiveCards, document } = globalThis as unknown as {
          AdaptiveCards: never;
          document: { getElementById(id: string): { replaceChildren(one: unknown): void } };
        };
        const library = AdaptiveCards as unknown as {
          AdaptiveCard: new () => never;
          HostConfig: new (config: unknown) => never;
        };
        const shown = new library.AdaptiveCard() as unknown as {
          hostConfig: unknown;
          parse(card: unknown): void;
          render(): unknown;
        };
        shown.hostConfig = new library.HostConfig(config);
        shown.parse(card);
        document.getElementById('card').replaceChildren(shown.render());
      },
      [make(), hostConfig(theme)] as const,
    );
    await page.locator('#card').screenshot({ path: join(folder, `${kind.replaceAll(' ', '-')}-${name}.png`) });
  }
  await page.close();
}
await browser.close();
