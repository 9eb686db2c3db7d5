// Loaded into a Node-RED whose memory a test looks at; it answers over the IPC channel.
process.on('message', async ({ wantsHeap }) => {
  if (wantsHeap === undefined) return;
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  process.send({ heapFor: wantsHeap, bytes: process.memoryUsage().heapUsed });
});
