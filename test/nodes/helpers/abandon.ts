// for specs that still look here
export { postAndDisconnect as abandon } from './http';
