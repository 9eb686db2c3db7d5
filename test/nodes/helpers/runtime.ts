// for specs that still look here
export * from './flow';
export {
  startRuntime,
  type Message,
  type NodeModule,
  type Runtime,
  type RuntimeOptions,
} from '../../node-red';
