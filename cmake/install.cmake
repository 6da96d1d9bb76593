# What `cmake --install` puts where: headers, libraries, find_package(pgcopy), pkg-config.
include(CMakePackageConfigHelpers)

set(installed pgcopy)
set(PGCOPY_NEEDS_ODBC FALSE)
set(pc_odbc "")
set(PGCOPY_NEEDS_SQLITE FALSE)
set(pc_sqlite "")
set(no_headers "")
if(TARGET pgcopy_odbc)
  list(APPEND installed pgcopy_odbc)
  if(NOT BUILD_SHARED_LIBS) # a static library leaves it to the program to link what it needs
    set(PGCOPY_NEEDS_ODBC TRUE)
    set(pc_odbc -lodbc) # not by odbc.pc: its own static needs are those of a shared libodbc
  endif()
else()
  list(APPEND no_headers PATTERN odbc.h EXCLUDE)
endif()
if(TARGET pgcopy_sqlite)
  list(APPEND installed pgcopy_sqlite)
  if(NOT BUILD_SHARED_LIBS)
    set(PGCOPY_NEEDS_SQLITE TRUE)
    set(pc_sqlite -lsqlite3)
  endif()
else()
  list(APPEND no_headers PATTERN sqlite.h EXCLUDE)
endif()

install(TARGETS ${installed} EXPORT pgcopyTargets
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY include/pgcopy DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
        FILES_MATCHING PATTERN "*.h" ${no_headers})

# Before 1.0 a minor version may change the API.
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/pgcopy)
configure_package_config_file(cmake/pgcopyConfig.cmake.in cmake/pgcopyConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cmake/pgcopyConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cmake/pgcopyConfig.cmake
              ${PROJECT_BINARY_DIR}/cmake/pgcopyConfigVersion.cmake
        DESTINATION ${package_dir})
install(EXPORT pgcopyTargets NAMESPACE pgcopy:: DESTINATION ${package_dir})

# The prefix is found from where the .pc file lies, so that an installed tree can be moved.
if(IS_ABSOLUTE ${CMAKE_INSTALL_LIBDIR})
  set(pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
  file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
  string(REGEX REPLACE "/$" "" up ${up})
  set(pc_prefix "\${pcfiledir}/${up}")
endif()
set(pc_libdir ${CMAKE_INSTALL_LIBDIR})
set(pc_includedir ${CMAKE_INSTALL_INCLUDEDIR})
foreach(dir pc_libdir pc_includedir)
  if(NOT IS_ABSOLUTE ${${dir}})
    string(PREPEND ${dir} "\${prefix}/")
  endif()
endforeach()
foreach(target IN LISTS installed)
  string(REPLACE _ - name ${target})
  configure_file(${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endforeach()
