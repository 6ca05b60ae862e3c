/** What an image is asked for by, in a module by itself: the command line reads its arguments before it loads an operation. */
export { imageRequest, type ImageRequest } from '../image/request.js';
