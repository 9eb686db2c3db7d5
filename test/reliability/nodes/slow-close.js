// A node that takes its time to close, as nodes of other packs do that have a connection to end.
module.exports = (RED) => {
  RED.nodes.registerType('slow-close', function (config) {
    RED.nodes.createNode(this, config);
    this.on('close', (done) => setTimeout(done, config.closeMs));
  });
};
