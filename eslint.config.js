// Biome formats and lints. ESLint is here for what needs types: a promise that nobody waits for.
import tseslint from 'typescript-eslint';

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
];
