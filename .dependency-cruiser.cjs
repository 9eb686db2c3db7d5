// npm run lint: no circle of imports anywhere, not even one of types. Who may import whom is scripts/doors.mjs.
module.exports = {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Files that import each other can be read, moved and loaded only together: cut the circle.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
