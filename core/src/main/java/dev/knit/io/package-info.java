/** Files: the storage that index tables live on, and the formats that vectors come in. */
package dev.knit.io;
