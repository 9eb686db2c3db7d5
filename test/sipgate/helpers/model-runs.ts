/** How many orders of events a model-based test tries: 300 in `npm test`, 10,000 with `npm run test:model`. */
export const modelRuns = Number(process.env['MODEL_RUNS'] ?? 300);
