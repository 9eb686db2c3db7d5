// Loaded before Node-RED where it is a child: whatever happens to its parent, it does not stay behind.
process.on('disconnect', () => process.exit());
