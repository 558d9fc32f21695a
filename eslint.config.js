// Biome formats and lints. ESLint adds what Biome and cspell cannot check: rules that require types (floating
// promises), and banned phrases of several words.
import tseslint from 'typescript-eslint';

/** Banned phrases and their replacements. */
const phrases = {
  'of late': 'recently',
  'for good': 'permanently',
  'stands in': 'replaces, is the fallback',
  'stand in for': 'replace',
  'comes to': 'reaches, amounts to',
  'is away': 'is unavailable',
  'are away': 'are unavailable',
  'sees to it': 'ensures',
  'of no use': 'useless',
};

const plainPhrases = {
  'no-warning-comments': ['error', { terms: Object.keys(phrases), location: 'anywhere' }],
  'no-restricted-syntax': [
    'error',
    ...Object.entries(phrases).flatMap(([phrase, plain]) =>
      [
        `Literal[value=/\\b${phrase}\\b/i]`,
        `TemplateElement[value.raw=/\\b${phrase}\\b/i]`,
        `JSXText[value=/\\b${phrase}\\b/i]`,
      ].map((selector) => ({ selector, message: `Instead of "${phrase}" write: ${plain}.` })),
    ),
  ],
};

export default [
  { ignores: ['**/dist/', '**/node_modules/', '.cache/', '.data/', 'coverage/', 'infra/'] },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { '@typescript-eslint': tseslint.plugin },
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { project: ['tsconfig.tests.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  { files: ['**/*.{ts,tsx,mjs}'], rules: plainPhrases },
];
